package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import hdf.hdf5lib.exceptions.HDF5LibraryException;
import io.h5sink.filter.codec.FilterCodec;
import io.h5sink.filter.codec.Scratch;
import io.h5sink.hdf5.ChunkBytes;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.hdf5.hdf5_java;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** The calls of the default provider, {@code org.bytedeco:hdf5}, which pass direct buffers to HDF5 without a copy. */
final class EmbeddedCalls implements NativeCalls {

    /** The most bytes that {@link PlainCalls} copies to an array instead. */
    private static final int FEW_BYTES = 1 << 12;

    private static final String LIBRARY_PROPERTY = "hdf.hdf5lib.H5.hdf5lib";

    /** Calls without JavaCPP, whose classes take a while to load and are not needed for the first rows of most files. */
    private final PlainCalls plain = new PlainCalls();

    private final WideNames names = new EmbeddedNames();

    /** The filters that native code calls, by their numbers; the garbage collector must not collect them. Guarded by {@link #LIBRARY}. */
    private final Map<Integer, EmbeddedFilter> lent = new HashMap<>();

    /** The scratch memory of the lent filters. Guarded by {@link #LIBRARY}. */
    private final Scratch scratch = new Scratch();

    /** The number of bytes that filters must give in the running call; null if unknown. Guarded by {@link #LIBRARY}. */
    private @Nullable ChunkBytes expected;

    /**
     * Unpacks and loads the natives, and sets the system property from which {@code hdf.hdf5lib.H5} takes their path, before that class is
     * initialized.
     */
    EmbeddedCalls() {
        ModulePath.complete();
        if (System.getProperty(LIBRARY_PROPERTY) == null) {
            String unpacked = UnpackedLibrary.load();
            System.setProperty(LIBRARY_PROPERTY, unpacked != null ? unpacked : Loader.load(hdf5_java.class));
        } else {
            Loader.load(hdf5_java.class);
        }
    }

    @Override
    public String provider() {
        return "org.bytedeco:hdf5";
    }

    @Override
    public void write(long dataset, long memoryType, long memorySpace, long fileSpace, ByteBuffer data)
            throws HDF5Exception {
        if (data.remaining() <= FEW_BYTES && isNumber(memoryType)) {
            plain.write(dataset, memoryType, memorySpace, fileSpace, data);
            return;
        }
        synchronized (LIBRARY) {
            try (BytePointer pointer = new BytePointer(data.slice())) {
                check("H5Dwrite", hdf5.H5Dwrite(dataset, memoryType, memorySpace, fileSpace, 0, pointer));
            }
        }
    }

    @Override
    public void writeAttribute(long attribute, long memoryType, ByteBuffer data) throws HDF5Exception {
        synchronized (LIBRARY) {
            try (BytePointer pointer = new BytePointer(data.slice())) {
                check("H5Awrite", hdf5.H5Awrite(attribute, memoryType, pointer));
            }
        }
    }

    @Override
    public void read(long dataset, long memoryType, ByteBuffer data) throws HDF5Exception {
        read(dataset, memoryType, 0, 0, data);
    }

    @Override
    public void read(long dataset, long memoryType, long memorySpace, long fileSpace, ByteBuffer data)
            throws HDF5Exception {
        synchronized (LIBRARY) {
            try (BytePointer pointer = new BytePointer(data)) {
                check("H5Dread", hdf5.H5Dread(dataset, memoryType, memorySpace, fileSpace, 0, pointer));
            }
        }
    }

    /** Calls HDF5 by JavaCPP: the binding's own {@code H5Aread} expects an array of Java objects where the type is of variable length. */
    @Override
    public void readAttribute(long attribute, long memoryType, ByteBuffer data) throws HDF5Exception {
        synchronized (LIBRARY) {
            try (BytePointer pointer = new BytePointer(data)) {
                check("H5Aread", hdf5.H5Aread(attribute, memoryType, pointer));
            }
        }
    }

    /**
     * Calls HDF5 by JavaCPP: the binding's own {@code H5Dget_storage_size} takes 0 for a failure, and leaks an error stack of some
     * kilobytes each time.
     */
    @Override
    public long storageSize(long dataset) {
        synchronized (LIBRARY) {
            return hdf5.H5Dget_storage_size(dataset);
        }
    }

    @Override
    public void reclaim(long memoryType, long space, ByteBuffer data) throws HDF5Exception {
        synchronized (LIBRARY) {
            try (BytePointer pointer = new BytePointer(data)) {
                check("H5Treclaim", hdf5.H5Treclaim(memoryType, space, 0, pointer));
            }
        }
    }

    @Override
    public long address(ByteBuffer direct) {
        try (BytePointer pointer = new BytePointer(direct.duplicate().clear())) {
            return pointer.address();
        }
    }

    @Override
    public byte[] textAt(long where) {
        try (BytePointer pointer = new At(where)) {
            return pointer.getStringBytes();
        }
    }

    @Override
    public byte[] bytesAt(long where, int count) {
        byte[] bytes = new byte[count];
        try (BytePointer pointer = new At(where)) {
            pointer.get(bytes);
        }
        return bytes;
    }

    /** A pointer to memory that HDF5 owns. */
    private static final class At extends BytePointer {

        At(long where) {
            super((Pointer) null);
            address = where;
        }
    }

    @Override
    public boolean supportsImages() {
        return true;
    }

    @Override
    public ByteBuffer image(long file) throws HDF5Exception {
        synchronized (LIBRARY) {
            long size = hdf5.H5Fget_file_image(file, (Pointer) null, 0);
            check("H5Fget_file_image", size < 0 ? -1 : 0);
            ByteBuffer image = ByteBuffer.allocateDirect(Math.toIntExact(size));
            try (BytePointer pointer = new BytePointer(image)) {
                check("H5Fget_file_image", hdf5.H5Fget_file_image(file, pointer, size) < 0 ? -1 : 0);
            }
            return image;
        }
    }

    @Override
    public void setImage(long access, ByteBuffer image) throws HDF5Exception {
        synchronized (LIBRARY) {
            try (BytePointer pointer = new BytePointer(image.slice())) {
                check("H5Pset_file_image", hdf5.H5Pset_file_image(access, pointer, image.remaining()));
            }
        }
    }

    @Override
    public boolean writesChunks() {
        return true;
    }

    @Override
    public void writeChunk(long dataset, int mask, long[] offset, ByteBuffer data) throws HDF5Exception {
        synchronized (LIBRARY) {
            try (BytePointer pointer = new BytePointer(data.slice())) {
                check("H5Dwrite_chunk", hdf5.H5Dwrite_chunk(dataset, 0, mask, offset, data.remaining(), pointer));
            }
        }
    }

    @Override
    public boolean lend(int filter, FilterCodec codec) {
        synchronized (LIBRARY) {
            lent.computeIfAbsent(
                    filter, id -> new EmbeddedFilter(id, codec, scratch, () -> ChunkBytes.least(expected, id)));
        }
        return true;
    }

    @Override
    public void expecting(@Nullable ChunkBytes bytes, NativeCall call) throws HDF5Exception {
        synchronized (LIBRARY) {
            expected = bytes;
            try {
                call.run();
            } finally {
                expected = null;
            }
        }
    }

    @Override
    public WideNames wide() {
        return names;
    }

    private static boolean isNumber(long type) throws HDF5Exception {
        int kind = H5.H5Tget_class(type);
        return kind == HDF5Constants.H5T_INTEGER || kind == HDF5Constants.H5T_FLOAT;
    }

    private static void check(String call, int status) throws HDF5LibraryException {
        if (status < 0) {
            throw new HDF5LibraryException(call + ": " + ErrorStack.reason());
        }
    }
}
