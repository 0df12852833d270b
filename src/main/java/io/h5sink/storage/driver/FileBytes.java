package io.h5sink.storage.driver;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of an open file by their positions, whether the file is one file on disk, several, or in memory. Positions are unsigned: the
 * raw data of a split file has positions of its own ({@link FileDriver#isApart}), with an end of its own. One thread at a time.
 */
public interface FileBytes extends Closeable {

    /**
     * Reads bytes until the buffer is full.
     *
     * @throws java.io.EOFException if the file ends before
     */
    void read(long position, ByteBuffer to) throws IOException;

    /** Writes all bytes of a buffer, and makes the file longer if necessary. */
    void write(long position, ByteBuffer from) throws IOException;

    /** The end of the file; of a split file, the end of the metadata. */
    long size() throws IOException;

    /** Makes the file longer if the file ends before a position. */
    void reach(long end) throws IOException;

    /** Makes the file shorter if the file ends behind a position. */
    void truncate(long end) throws IOException;

    /** Forces all writes to the disk. */
    void force() throws IOException;

    /** Whether files came into being on disk since the last call, whose names are to be forced too. */
    boolean hasNewNames();

    /** Closes and deletes the file. */
    void delete() throws IOException;
}
