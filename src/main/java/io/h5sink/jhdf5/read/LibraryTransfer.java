package io.h5sink.jhdf5.read;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.ChunkBytes;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.NativeCalls;
import io.h5sink.jhdf5.Texts;
import io.h5sink.jhdf5.type.LibraryType;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Transfers elements between a dataset and memory by the C library. One thread at a time. */
public final class LibraryTransfer {

    private final Handle dataset;
    private final DatasetInfo info;
    private ByteBuffer scratch = ByteBuffer.allocateDirect(0);

    LibraryTransfer(Handle dataset, DatasetInfo info) {
        this.dataset = dataset;
        this.info = info;
    }

    /** The number of elements; a number that is too large to be read if the product overflows. */
    public static long elements(long[] count) {
        long elements = 1;
        for (long along : count) {
            if (along == 0) {
                return 0;
            }
            elements = elements > Long.MAX_VALUE / along ? Long.MAX_VALUE : elements * along;
        }
        return elements;
    }

    /** Throws if the elements do not fit into one buffer. */
    void mustFit(LibraryType known, long elements) {
        if (elements > (Integer.MAX_VALUE - 8) / Math.max(1, known.copy.bytes())) {
            throw StorageException.write(
                    info.path(),
                    "a part of " + elements + " elements of " + known.copy.bytes() + " bytes is too large",
                    null);
        }
    }

    /** Reads elements as they are in memory; the buffer may be reused by the next call. */
    ByteBuffer read(LibraryType known, long[] start, long[] step, long[] count) throws HDF5Exception {
        ByteBuffer memory = memory(known, elements(count));
        try (Handle space = Handle.space(H5.H5Dget_space(dataset.id));
                Handle inMemory = inMemory(count)) {
            select(space, start, step, count);
            NativeCalls calls = Library.calls();
            calls.expecting(chunkBytes(), () -> calls.read(dataset.id, known.memory.id, inMemory.id, space.id, memory));
            return memory;
        } catch (HDF5Exception e) {
            throw ErrorStack.kept(e);
        }
    }

    /** Frees the memory that read elements point to. */
    static void reclaim(LibraryType known, ByteBuffer memory, long elements) throws HDF5Exception {
        if (known.copy.points()) {
            try (Handle space = Handle.space(H5.H5Screate_simple(1, new long[] {elements}, null))) {
                Library.calls().reclaim(known.memory.id, space.id, memory);
            }
        }
    }

    /** A step before elements are replaced. */
    interface Before {
        void run() throws HDF5Exception;
    }

    /** Replaces elements, and flushes the dataset's file. */
    void write(LibraryType known, long[] start, long[] step, long[] count, ByteBuffer elements, Before before)
            throws HDF5Exception {
        try (Handle space = Handle.space(H5.H5Dget_space(dataset.id));
                Handle inMemory = inMemory(count)) {
            select(space, start, step, count);
            before.run();
            NativeCalls calls = Library.calls();
            calls.expecting(chunkBytes(), () -> {
                calls.write(dataset.id, known.memory.id, inMemory.id, space.id, Texts.direct(elements));
                H5.H5Fflush(dataset.id, HDF5Constants.H5F_SCOPE_LOCAL);
            });
        } catch (HDF5Exception e) {
            throw ErrorStack.kept(e);
        }
    }

    private static Handle inMemory(long[] count) throws HDF5Exception {
        return Handle.space(
                count.length == 0
                        ? H5.H5Screate(HDF5Constants.H5S_SCALAR)
                        : H5.H5Screate_simple(count.length, count, null));
    }

    private static void select(Handle space, long[] start, long[] step, long[] count) throws HDF5Exception {
        if (count.length > 0) {
            H5.H5Sselect_hyperslab(space.id, HDF5Constants.H5S_SELECT_SET, start, step, count, null);
        }
    }

    private @Nullable ChunkBytes chunkBytes() throws HDF5Exception {
        long[] chunk = info.chunk();
        if (chunk == null || info.filters().isEmpty()) {
            return null;
        }
        long[] extents = Arrays.copyOf(chunk, chunk.length + 1);
        extents[chunk.length] = ChunkCache.elementBytes(dataset);
        return ChunkBytes.of(info.filters(), elements(extents));
    }

    /** A buffer of zeros, because HDF5 leaves the memory of unwritten elements as it is if the dataset is not filled. */
    private ByteBuffer memory(LibraryType known, long elements) {
        long bytes = elements * known.copy.bytes();
        if (scratch.capacity() < bytes || known.copy.points() || info.fill() == null || !info.filled()) {
            scratch = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
        }
        return scratch.clear().limit((int) bytes);
    }
}
