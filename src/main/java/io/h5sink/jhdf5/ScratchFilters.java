package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.CodedChunk;
import io.h5sink.filter.Filter;
import io.h5sink.filter.FilterLibrary;
import io.h5sink.filter.MissingFilterException;
import io.h5sink.filter.codec.DamagedChunkException;
import io.h5sink.format.FormatException;
import io.h5sink.hdf5.ChunkBytes;
import io.h5sink.hdf5.file.OneChunkFile;
import io.h5sink.storage.SteadyChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The filters of the C library and of its plugins, which run on scratch files of one chunk, never on a user's file. A scratch file is in
 * memory where the provider can open a file image; with JHDF5 the file is a temporary one. Each call holds the library's monitor from the
 * opening of its scratch file to the closing, on the thread that calls: that of the session's writer.
 */
final class ScratchFilters implements FilterLibrary {

    /** The way out for a user who lacks a filter. */
    static final String WAY_OUT = "h5repack -f NONE, where the filter is, makes a file without filters";

    /** HDF5's szip begins a chunk with the number of bytes that come out of the chunk. */
    private static final int SZIP_HEAD = Integer.BYTES;

    /** Work on the dataset of a scratch file. */
    private interface DatasetWork {
        void run(NativeCalls calls, long dataset) throws HDF5Exception;
    }

    @Override
    public String words() {
        return Library.describe();
    }

    @Override
    public void require(Filter filter) {
        if (!LibraryFilters.packs(filter.id())) {
            throw new MissingFilterException(
                    filter,
                    "HDF5 looks for plugins in the directories that HDF5_PLUGIN_PATH names, and some builds of HDF5 have no szip; "
                            + WAY_OUT);
        }
    }

    @Override
    public CodedChunk encode(List<Filter> filters, ByteBuffer chunk) {
        int bytes = chunk.remaining();
        try {
            ByteBuffer file = changed(
                    OneChunkFile.empty(bytes, filters),
                    (calls, dataset) -> calls.write(dataset, HDF5Constants.H5T_STD_U8LE, 0, 0, chunk.slice()));
            return OneChunkFile.chunk(file, bytes);
        } catch (HDF5Exception | IOException | FormatException e) {
            throw new DamagedChunkException("HDF5 cannot encode: " + e.getMessage(), e);
        }
    }

    @Override
    public ByteBuffer decode(List<Filter> filters, ByteBuffer stored, int bytes) {
        mustGive(filters, stored, bytes);
        ByteBuffer chunk = ByteBuffer.allocateDirect(bytes);
        try {
            changed(OneChunkFile.of(bytes, filters, stored), (calls, dataset) -> {
                calls.expecting(
                        ChunkBytes.of(filters, bytes),
                        () -> calls.read(dataset, HDF5Constants.H5T_STD_U8LE, 0, 0, chunk));
            });
            return chunk.clear();
        } catch (HDF5Exception | IOException e) {
            throw new DamagedChunkException("HDF5 cannot decode: " + e.getMessage(), e);
        }
    }

    /** Throws if szip would give fewer bytes than a chunk has: HDF5 would read beyond the end of these. */
    private static void mustGive(List<Filter> filters, ByteBuffer stored, int bytes) {
        if (filters.get(filters.size() - 1).id() != Filter.SZIP) {
            return;
        }
        long given = stored.remaining() < SZIP_HEAD
                ? 0
                : Integer.toUnsignedLong(
                        stored.slice().order(ByteOrder.LITTLE_ENDIAN).getInt(0));
        if (given < bytes) {
            throw DamagedChunkException.size("szip", given, bytes);
        }
    }

    /** Runs work on the dataset of a scratch file; gives the bytes of the file after that. */
    private static ByteBuffer changed(ByteBuffer file, DatasetWork work) throws HDF5Exception, IOException {
        NativeCalls calls = Library.calls();
        synchronized (NativeCalls.LIBRARY) {
            return calls.supportsImages() ? inMemory(calls, file, work) : inTemporaryFile(calls, file, work);
        }
    }

    private static ByteBuffer inMemory(NativeCalls calls, ByteBuffer file, DatasetWork work) throws HDF5Exception {
        try (Handle access = Handle.properties(HDF5Constants.H5P_FILE_ACCESS)) {
            H5.H5Pset_fapl_core(access.id, file.limit() + (long) file.limit(), false);
            calls.setImage(access.id, file);
            try (Handle open = Handle.file(H5.H5Fopen("chunk.h5", HDF5Constants.H5F_ACC_RDWR, access.id))) {
                run(calls, open.id, work);
                H5.H5Fflush(open.id, HDF5Constants.H5F_SCOPE_LOCAL);
                return calls.image(open.id);
            }
        }
    }

    private static ByteBuffer inTemporaryFile(NativeCalls calls, ByteBuffer file, DatasetWork work)
            throws HDF5Exception, IOException {
        Path path = Files.createTempFile("h5sink", ".h5");
        try (FileChannel channel = SteadyChannel.of(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            while (file.hasRemaining()) {
                channel.write(file);
            }
            try (Handle access = Handle.properties(HDF5Constants.H5P_FILE_ACCESS);
                    Handle open = Handle.file(H5.H5Fopen(path.toString(), HDF5Constants.H5F_ACC_RDWR, access.id))) {
                run(calls, open.id, work);
            }
            ByteBuffer after = ByteBuffer.allocateDirect(Math.toIntExact(channel.size()));
            while (after.hasRemaining() && channel.read(after, after.position()) >= 0) {
                // a read may give fewer bytes than requested
            }
            return after.flip();
        } finally {
            Files.deleteIfExists(path);
        }
    }

    private static void run(NativeCalls calls, long file, DatasetWork work) throws HDF5Exception {
        try (Handle dataset = Handle.object(H5.H5Dopen(file, OneChunkFile.DATASET, HDF5Constants.H5P_DEFAULT))) {
            work.run(calls, dataset.id);
        } catch (HDF5Exception e) {
            throw ErrorStack.kept(e);
        }
    }
}
