package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.codec.DamagedChunkException;
import io.h5sink.codec.FilterPipeline;
import io.h5sink.codec.Scratch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where the elements of a dataset are on disk. One thread at a time. */
final class SourceStorage implements AutoCloseable {

    final StructureBytes bytes;
    final StructureHeader header;
    final SourceLayout layout;

    private final SourceInfo info;
    private final FilterPipeline pipeline;
    private final Scratch scratch;

    /** Null until chunks are looked for. */
    private @Nullable SourceChunks chunks;

    private SourceStorage(StructureBytes bytes, long header, SourceInfo info, Scratch scratch) {
        this.bytes = bytes;
        this.info = info;
        this.pipeline = FilterPipeline.decoding(info.filters());
        this.scratch = scratch;
        this.header = StructureHeader.read(bytes, header);
        this.layout = SourceLayout.of(this.header);
    }

    /**
     * Looks for a dataset.
     *
     * @param dataset its identifier
     * @param disk the file that it lies in
     */
    static SourceStorage of(long dataset, SourceInfo info, SourceDisk disk) throws HDF5Exception {
        long header = Links.header(dataset, ".");
        return StructureDamage.told(info.path(), () -> {
            StructureBytes bytes = disk.now();
            try {
                return new SourceStorage(bytes, header, info, disk.scratch());
            } catch (RuntimeException e) {
                bytes.close();
                throw e;
            }
        });
    }

    /** Throws if the C library must not pack the chunks of a dataset. */
    static void mustPack(SourceInfo info, long elementBytes) throws HDF5Exception {
        StructureDamage.told(info.path(), () -> {
            long bytes = chunkBytes(extents(info), elementBytes);
            try {
                FilterPipeline.decoding(info.filters()).check(bytes);
            } catch (DamagedChunkException e) {
                throw new StructureDamage("its chunks cannot be packed: " + e.getMessage());
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
    long[] extents() {
        return extents(info);
    }

    private static long[] extents(SourceInfo info) {
        long[] extents = info.chunk();
        if (extents == null) {
            throw new StructureDamage("chunks are expected");
        }
        return extents;
    }

    /** Finds the chunks that have one of some elements. */
    void find(SourceSelection selection, SourceChunks.Taker taker) {
        if (chunks == null) {
            SourceChunks.Grid grid = new SourceChunks.Grid(info.shape(), info.maximum(), extents());
            chunks = new SourceChunks(bytes, layout, grid);
        }
        chunks.find(selection, taker);
    }

    /**
     * Reads and unpacks a chunk. All is as its index has it.
     *
     * @param elementBytes what an element takes in the file
     * @return its elements, and maybe something behind them; until the next chunk is unpacked
     */
    ByteBuffer chunk(long[] offset, long address, long size, int mask, long elementBytes) {
        long chunkBytes = chunkBytes(extents(), elementBytes);
        try {
            ByteBuffer stored = FilterPipeline.stored(size > 0 ? size : chunkBytes, scratch);
            bytes.read(size < 0 ? address + (-1 - size) * elementBytes : address, stored);
            boolean plain = chunks != null && chunks.isPlain(offset);
            ByteBuffer chunk = pipeline.decode(stored.flip(), plain ? -1 : mask, chunkBytes, scratch);
            if (chunk.remaining() < chunkBytes) {
                throw new StructureDamage(
                        "it has " + chunk.remaining() + " bytes, where " + chunkBytes + " are expected");
            }
            return chunk;
        } catch (StructureDamage e) {
            throw damage(offset, e.what());
        } catch (DamagedChunkException e) {
            throw damage(offset, "it cannot be unpacked: " + e.getMessage());
        }
    }

    private static StructureDamage damage(long[] offset, String what) {
        return new StructureDamage("the chunk at " + Arrays.toString(offset) + ": " + what);
    }

    @Override
    public void close() {
        try {
            bytes.close();
        } catch (IOException e) {
            throw StoreException.write(info.path(), "it cannot be closed: " + e.getMessage(), e);
        }
    }
}
