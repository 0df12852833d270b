package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.codec.FilterCodec;
import java.nio.ByteBuffer;

/**
 * The calls of any provider of {@code hdf.hdf5lib}, used with JHDF5: data goes through a {@code byte[]}, which is copied and not pinned,
 * because a stalled disk during a call with a pinned array would block the garbage collector.
 */
final class PlainCalls implements NativeCalls {

    private byte[] scratch = new byte[0];

    @Override
    public String provider() {
        return "JHDF5";
    }

    @Override
    public void write(long dataset, long memoryType, long memorySpace, long fileSpace, ByteBuffer data)
            throws HDF5Exception {
        synchronized (LIBRARY) {
            try {
                H5.H5Dwrite(dataset, memoryType, memorySpace, fileSpace, 0, bytes(data), false);
            } catch (HDF5Exception e) {
                throw new HDF5Exception("H5Dwrite: " + ErrorStack.reason(e));
            }
        }
    }

    @Override
    public void writeAttribute(long attribute, long memoryType, ByteBuffer data) throws HDF5Exception {
        synchronized (LIBRARY) {
            H5.H5Awrite(attribute, memoryType, bytes(data));
        }
    }

    @Override
    public void read(long dataset, long memoryType, ByteBuffer data) throws HDF5Exception {
        read(dataset, memoryType, 0, 0, data);
    }

    @Override
    public void read(long dataset, long memoryType, long memorySpace, long fileSpace, ByteBuffer data)
            throws HDF5Exception {
        byte[] bytes = new byte[data.remaining()];
        H5.H5Dread(dataset, memoryType, memorySpace, fileSpace, 0, bytes, false);
        data.put(data.position(), bytes);
    }

    @Override
    public void readAttribute(long attribute, long memoryType, ByteBuffer data) throws HDF5Exception {
        byte[] bytes = new byte[data.remaining()];
        H5.H5Aread(attribute, memoryType, bytes);
        data.put(data.position(), bytes);
    }

    @Override
    public long storageSize(long dataset) throws HDF5Exception {
        return H5.H5Dget_storage_size(dataset);
    }

    @Override
    @SuppressWarnings("deprecation") // HDF5 1.10 has no H5Treclaim
    public void reclaim(long memoryType, long space, ByteBuffer data) throws HDF5Exception {
        byte[] bytes = new byte[data.remaining()];
        data.get(data.position(), bytes);
        H5.H5Dvlen_reclaim(memoryType, space, 0, bytes);
    }

    private byte[] bytes(ByteBuffer data) {
        if (scratch.length < data.remaining()) {
            scratch = new byte[data.remaining()];
        }
        data.get(data.position(), scratch, 0, data.remaining());
        return scratch;
    }

    @Override
    public long address(ByteBuffer direct) {
        return Memory.address(direct);
    }

    @Override
    public byte[] textAt(long address) {
        return Memory.textAt(address);
    }

    @Override
    public byte[] bytesAt(long address, int count) {
        return Memory.bytesAt(address, count);
    }

    @Override
    public boolean supportsImages() {
        return false;
    }

    @Override
    public ByteBuffer image(long file) {
        throw new UnsupportedOperationException(provider() + " has no H5Fget_file_image");
    }

    @Override
    public void setImage(long access, ByteBuffer image) {
        throw new UnsupportedOperationException(provider() + " has no H5Pset_file_image");
    }

    @Override
    public boolean writesChunks() {
        return false;
    }

    @Override
    public void writeChunk(long dataset, int mask, long[] offset, ByteBuffer data) {
        throw new UnsupportedOperationException("H5Dwrite_chunk");
    }

    @Override
    public boolean lend(int filter, FilterCodec codec) {
        return false;
    }
}
