package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.codec.FilterCodec;
import io.h5sink.hdf5.ChunkBytes;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The calls that differ between the providers of {@code hdf.hdf5lib}: those that take native memory, and those that only one provider
 * offers.
 */
public interface NativeCalls {

    /** The monitor that the methods of {@link H5} hold; naming the class here does not load the library. */
    Object LIBRARY = H5.class;

    /** The provider of the binding, for messages. */
    String provider();

    /** The provider and the version of the C library, for messages. */
    default String describe() {
        int[] version = new int[3];
        try {
            H5.H5get_libversion(version);
        } catch (HDF5Exception e) {
            throw StorageException.file("HDF5 does not give its version", e);
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

    /** {@code H5Treclaim}: frees the memory that the pointers in a direct buffer point to, after reading. */
    void reclaim(long memoryType, long space, ByteBuffer data) throws HDF5Exception;

    /** The address of a direct buffer's first byte. */
    long address(ByteBuffer direct);

    /** The bytes of the C string at an address, without the NUL that ends it. */
    byte[] textAt(long address);

    /** Bytes at an address. */
    byte[] bytesAt(long address, int count);

    /** Whether the provider supports {@link #image} and {@link #setImage}. */
    boolean supportsImages();

    /** {@code H5Fget_file_image} of a flushed file that is no larger than a buffer; gives a direct buffer. */
    ByteBuffer image(long file) throws HDF5Exception;

    /** {@code H5Pset_file_image} of a direct buffer from its position on, which HDF5 copies, in a list for the core driver. */
    void setImage(long access, ByteBuffer image) throws HDF5Exception;

    /** Whether the provider supports {@link #writeChunk}. */
    boolean writesChunks();

    /** {@code H5Dwrite_chunk} of a direct buffer from its position on, whose bytes Java has encoded with the dataset's filters. */
    void writeChunk(long dataset, int mask, long[] offset, ByteBuffer data) throws HDF5Exception;

    /** {@code H5Zregister} of a filter that Java runs for the library; false if the provider does not offer it. */
    boolean lend(int filter, FilterCodec codec);

    /** A call of the library. */
    interface NativeCall {
        void run() throws HDF5Exception;
    }

    /** Runs a call in which each lent filter must decode to the expected number of bytes, if that number is known. */
    default void expecting(@Nullable ChunkBytes expected, NativeCall call) throws HDF5Exception {
        call.run();
    }

    /** The functions for names that JNI cannot pass; null if the provider has none. */
    default @Nullable WideNames wide() {
        return null;
    }
}
