package io.h5sink.jhdf5.repack;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.ChunkBytes;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.NativeCalls;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.read.ChunkCache;
import io.h5sink.jhdf5.read.DatasetProperties;
import io.h5sink.jhdf5.read.DatasetReader;
import io.h5sink.jhdf5.read.ReadableFile;
import io.h5sink.jhdf5.read.StoredElements;
import io.h5sink.jhdf5.read.VariableLengthCheck;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the elements of a dataset: as they are in the file or, if elements have data elsewhere (strings and sequences of variable length,
 * region references), in the form in which the C library reads them into memory by the file's type. Elements without data elsewhere are
 * called plain here. One thread at a time.
 */
final class RepackElements implements AutoCloseable {

    /** The bytes that are read at once from a dataset without chunks, if elements are plain. */
    private static final long PIECE_BYTES = 1 << 20;

    /** The number of elements that are read at once if elements are not plain, since each may have any size. */
    private static final long PIECE_ELEMENTS = 1 << 12;

    final DatasetInfo info;
    final RepackType type;
    private final ReadableFile file;
    private final Handle dataset;
    private final Handle fileType;

    /** Reads plain elements; null if elements have data elsewhere. */
    private final @Nullable DatasetReader plain;

    /** Checks heap references; null until elements that are not plain are read. */
    private @Nullable VariableLengthCheck values;

    /** The chunk index; null until stored chunks are searched. */
    private @Nullable StoredElements storage;

    /** The elements read last, whose pointers must be freed; null if none. */
    private @Nullable ByteBuffer pending;

    private @Nullable RepackBox pendingBox;

    private RepackElements(
            ReadableFile file,
            Handle dataset,
            Handle fileType,
            DatasetInfo info,
            RepackType type,
            @Nullable DatasetReader plain) {
        this.file = file;
        this.dataset = dataset;
        this.fileType = fileType;
        this.info = info;
        this.type = type;
        this.plain = plain;
    }

    static RepackElements open(ReadableFile file, String path) throws HDF5Exception {
        Handle dataset = Links.open(file.id, path);
        Handle fileType = Handle.type(H5.H5Dget_type(dataset.id));
        RepackType type = RepackType.of(fileType.id);
        DatasetInfo info = DatasetProperties.of(null, path, dataset.id, fileType.id, null, null);
        DatasetReader plain = type.isPlain() ? file.raw(path) : null;
        return new RepackElements(file, dataset, fileType, info, type, plain);
    }

    /** The identifier of the dataset. */
    long dataset() {
        return dataset.id;
    }

    /** The identifier of the type that elements have in memory. */
    long memoryType() {
        return fileType.id;
    }

    /**
     * Boxes that cover all stored elements. In a chunked dataset, only stored chunks are covered, and each box is a chunk or a piece of
     * one.
     *
     * @param chunk the extents of the boxes if the dataset has no chunks; null for any extents
     */
    Supplier<@Nullable RepackBox> boxes(long @Nullable [] chunk) throws HDF5Exception {
        long[] shape = info.shape();
        if (info.empty() || info.bytes() == 0) {
            return () -> null;
        }
        if (info.chunk() != null) {
            if (storage == null) {
                storage = StoredElements.of(dataset.id, info, file.disk);
            }
            RepackStored stored = new RepackStored(info.path(), storage, shape, elementBytes(), info.bytes());
            return plain != null ? stored::next : pieces(stored::next);
        }
        if (chunk != null) {
            RepackBoxes grid = new RepackBoxes(new long[shape.length], RepackStored.chunks(shape, chunk), 1);
            return () -> chunk(grid, chunk);
        }
        long most = plain != null ? Math.max(1, PIECE_BYTES / type.size()) : PIECE_ELEMENTS;
        return new RepackBoxes(new long[shape.length], shape, most)::next;
    }

    private @Nullable RepackBox chunk(RepackBoxes grid, long[] chunk) {
        RepackBox numbers = grid.next();
        if (numbers == null) {
            return null;
        }
        long[] offset = numbers.start().clone();
        for (int axis = 0; axis < offset.length; axis++) {
            offset[axis] *= chunk[axis];
        }
        return RepackBox.chunk(offset, chunk, info.shape());
    }

    private static Supplier<@Nullable RepackBox> pieces(Supplier<@Nullable RepackBox> boxes) {
        return new Supplier<>() {
            private @Nullable RepackBoxes pieces;

            @Override
            public @Nullable RepackBox get() {
                RepackBox piece = pieces == null ? null : pieces.next();
                while (piece == null) {
                    RepackBox whole = boxes.get();
                    if (whole == null) {
                        return null;
                    }
                    pieces = new RepackBoxes(whole.start(), whole.count(), PIECE_ELEMENTS);
                    piece = pieces.next();
                }
                return piece;
            }
        };
    }

    /** The bytes of an element in the file; 1 if elements are not plain, whose size in the file is another. */
    private long elementBytes() throws HDF5Exception {
        return plain != null ? type.size() : 1;
    }

    /** Reads elements; the buffer is valid until {@link #release}. */
    ByteBuffer read(RepackBox box) throws HDF5Exception {
        if (plain != null) {
            return plain.read(box.start(), box.step(), box.count());
        }
        release();
        if (values == null) {
            values = VariableLengthCheck.of(dataset.id, info, file.disk);
        }
        boolean scalar = box.count().length == 0;
        values.check(scalar ? 0 : box.start()[0], scalar ? 0 : box.start()[0] + box.count()[0] - 1);
        ByteBuffer memory = ByteBuffer.allocateDirect(Math.toIntExact(Math.multiplyExact(box.elements(), type.size())))
                .order(ByteOrder.nativeOrder());
        try (Handle inFile = box.in(dataset.id);
                Handle inMemory = box.inMemory()) {
            NativeCalls calls = Library.calls();
            calls.expecting(chunkBytes(), () -> calls.read(dataset.id, fileType.id, inMemory.id, inFile.id, memory));
        } catch (HDF5Exception e) {
            throw ErrorStack.kept(e);
        }
        pending = memory;
        pendingBox = box;
        return memory;
    }

    private @Nullable ChunkBytes chunkBytes() throws HDF5Exception {
        long[] chunk = info.chunk();
        return chunk == null || info.filters().isEmpty()
                ? null
                : ChunkBytes.of(
                        info.filters(),
                        Math.multiplyExact(RepackBox.elements(chunk), ChunkCache.elementBytes(dataset)));
    }

    /** Frees the memory that the elements read last point to. */
    void release() throws HDF5Exception {
        ByteBuffer memory = pending;
        if (memory != null) {
            pending = null;
            try (Handle space = Objects.requireNonNull(pendingBox).inMemory()) {
                Library.calls().reclaim(fileType.id, space.id, memory);
            }
        }
    }

    @Override
    public void close() throws HDF5Exception {
        try (dataset;
                fileType) {
            release();
            if (values != null) {
                values.close();
            }
            if (storage != null) {
                storage.close();
            }
            if (plain != null) {
                plain.close();
            }
        }
    }
}
