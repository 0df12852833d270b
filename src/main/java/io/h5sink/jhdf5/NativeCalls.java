package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.codec.FilterCodec;
import io.h5sink.hdf5.ChunkBytes;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the providers of {@code hdf.hdf5lib} do in different ways: all that takes native memory, and all that only one of
 * them offers.
 */
public interface NativeCalls {

    /** The monitor that the methods of {@link H5} hold; naming the class here does not load the library. */
    Object LIBRARY = H5.class;

    /** Who provides the binding, for messages. */
    String provider();

    /** The provider and the version of the C library, for messages. */
    default String describe() {
        int[] version = new int[3];
        try {
            H5.H5get_libversion(version);
        } catch (HDF5Exception e) {
            throw StorageException.file("HDF5 does not tell its version", e);
        }
        return "HDF5 " + version[0] + "." + version[1] + "." + version[2] + " (" + provider() + ")";
    }

    /** {@code H5Dwrite} from a direct buffer, from its position on. */
    void write(long dataset, long memoryType, long memorySpace, long fileSpace, ByteBuffer data) throws HDF5Exception;

    /** {@code H5Awrite} from a direct buffer, from its position on. */
    void writeAttribute(long attribute, long memoryType, ByteBuffer data) throws HDF5Exception;

    /** {@code H5Dread} of all elements into a direct buffer. */
    void read(long dataset, long memoryType, ByteBuffer data) throws HDF5Exception;

    /** {@code H5Dread} of chosen elements into a direct buffer. */
    void read(long dataset, long memoryType, long memorySpace, long fileSpace, ByteBuffer data) throws HDF5Exception;

    /** {@code H5Aread} into a direct buffer. */
    void readAttribute(long attribute, long memoryType, ByteBuffer data) throws HDF5Exception;

    /** {@code H5Dget_storage_size}; 0 as long as nothing was written. */
    long storageSize(long dataset) throws HDF5Exception;

    /** Frees what the pointers in a direct buffer point to, after reading. */
    void reclaim(long memoryType, long space, ByteBuffer data) throws HDF5Exception;

    /** The address of a direct buffer's first byte. */
    long address(ByteBuffer direct);

    /** The bytes of the C string at an address, without the NUL that ends it. */
    byte[] textAt(long address);

    /** Bytes at an address. */
    byte[] bytesAt(long address, int count);

    /** Whether {@link #image} is there. */
    boolean tellsImages();

    /** {@code H5Fget_file_image}, of a file that was flushed and is no larger than a buffer; a direct buffer. */
    ByteBuffer image(long file) throws HDF5Exception;

    /** Whether {@link #writeChunk} is there. */
    boolean writesChunks();

    /** {@code H5Dwrite_chunk} of a direct buffer from its position on, past the filters that it has been through. */
    void writeChunk(long dataset, int mask, long[] offset, ByteBuffer data) throws HDF5Exception;

    /** {@code H5Zregister} of a filter that Java runs for the library; false if the provider does not offer it. */
    boolean lend(int filter, FilterCodec codec);

    /** A call of the library. */
    interface NativeCall {
        void run() throws HDF5Exception;
    }

    /** Runs a call in which a lent filter must give as many bytes as are expected, if that is known. */
    default void expecting(@Nullable ChunkBytes expected, NativeCall call) throws HDF5Exception {
        call.run();
    }

    /** Functions with names that JNI cannot pass on; null if the provider has none. */
    default @Nullable WideNames wide() {
        return null;
    }
}
