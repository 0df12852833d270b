package io.h5sink.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The fill value that HDF5 writes into new chunks of a dataset. */
public interface ChunkFill {

    /** Puts the value into each element of a buffer, from position to limit. */
    void put(ByteBuffer elements) throws IOException;
}
