package io.h5sink.jhdf5.read;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.FilterPipeline;
import io.h5sink.filter.codec.DamagedChunkException;
import io.h5sink.filter.codec.Scratch;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.index.ChunkIndex;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.DataSelection;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.jhdf5.file.DiskView;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The addresses of a dataset's stored elements on disk, read by Java from the data layout and the chunk index. One thread at a time. */
public final class StoredElements implements AutoCloseable {

    final FormatInput bytes;
    final ObjectHeader header;
    final DataLayout layout;

    private final DatasetInfo info;
    private final FilterPipeline pipeline;
    private final Scratch scratch;

    /** The chunk index; null until chunks are searched. */
    private @Nullable ChunkIndex chunks;

    private StoredElements(FormatInput bytes, long header, DatasetInfo info, Scratch scratch) {
        this.bytes = bytes;
        this.info = info;
        this.pipeline = FilterPipeline.decoding(info.filters());
        this.scratch = scratch;
        this.header = ObjectHeader.read(bytes, header);
        this.layout = DataLayout.of(this.header);
    }

    /**
     * Reads the data layout of a dataset.
     *
     * @param dataset the identifier of the dataset
     * @param disk the file that has the dataset
     */
    public static StoredElements of(long dataset, DatasetInfo info, DiskView disk) throws HDF5Exception {
        long header = Links.header(dataset, ".");
        return FormatException.naming(info.path(), () -> {
            FormatInput bytes = disk.now();
            try {
                return new StoredElements(bytes, header, info, disk.scratch());
            } catch (RuntimeException e) {
                bytes.close();
                throw e;
            }
        });
    }

    /** Throws if the C library must not encode the chunks of a dataset. */
    static void mustPack(DatasetInfo info, long elementBytes) throws HDF5Exception {
        FormatException.naming(info.path(), () -> {
            long bytes = chunkBytes(extents(info), elementBytes);
            try {
                FilterPipeline.decoding(info.filters()).check(bytes);
            } catch (DamagedChunkException e) {
                throw new FormatException("its chunks cannot be packed: " + e.getMessage());
            }
            return true;
        });
    }

    private static long chunkBytes(long[] extents, long elementBytes) {
        long bytes = elementBytes;
        for (long extent : extents) {
            bytes = Math.multiplyExact(bytes, extent);
        }
        return bytes;
    }

    /** The extents of a chunk. */
    public long[] extents() {
        return extents(info);
    }

    private static long[] extents(DatasetInfo info) {
        long[] extents = info.chunk();
        if (extents == null) {
            throw new FormatException("chunks are expected");
        }
        return extents;
    }

    /** Finds the chunks that have selected elements. */
    public void find(DataSelection selection, ChunkIndex.ChunkTaker taker) {
        if (chunks == null) {
            ChunkIndex.IndexGrid grid = new ChunkIndex.IndexGrid(info.shape(), info.maximum(), extents());
            chunks = new ChunkIndex(bytes, layout, grid);
        }
        chunks.find(selection, taker);
    }

    /**
     * Reads and decodes a chunk. The parameters are those in the chunk index.
     *
     * @param elementBytes the bytes of an element in the file
     * @return the chunk's elements, maybe with further bytes behind; reused by the next call
     */
    ByteBuffer chunk(long[] offset, long address, long size, int mask, long elementBytes) {
        long chunkBytes = chunkBytes(extents(), elementBytes);
        try {
            ByteBuffer stored = FilterPipeline.stored(size > 0 ? size : chunkBytes, scratch);
            bytes.read(size < 0 ? address + (-1 - size) * elementBytes : address, stored);
            boolean plain = chunks != null && chunks.isPlain(offset);
            ByteBuffer chunk = pipeline.decode(stored.flip(), plain ? -1 : mask, chunkBytes, scratch);
            if (chunk.remaining() < chunkBytes) {
                throw new FormatException(
                        "it has " + chunk.remaining() + " bytes, where " + chunkBytes + " are expected");
            }
            return chunk;
        } catch (FormatException e) {
            throw damage(offset, e.what());
        } catch (DamagedChunkException e) {
            throw damage(offset, "it cannot be unpacked: " + e.getMessage());
        }
    }

    private static FormatException damage(long[] offset, String what) {
        return new FormatException("the chunk at " + Arrays.toString(offset) + ": " + what);
    }

    @Override
    public void close() {
        try {
            bytes.close();
        } catch (IOException e) {
            throw StorageException.write(info.path(), "it cannot be closed: " + e.getMessage(), e);
        }
    }
}
