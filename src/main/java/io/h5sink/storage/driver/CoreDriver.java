package io.h5sink.storage.driver;

/** {@code H5FD_CORE}: a file in memory, which stays open until the session ends. */
public final class CoreDriver extends FileDriver {

    /** The destination of a file in memory when the file is closed. */
    public enum End {
        /** The file is written to disk. */
        FILE,
        /** The bytes are passed on as an image. */
        IMAGE,
        /** The bytes are discarded. */
        NOTHING
    }

    private final long increment;
    private final End end;

    /**
     * A driver for a file in memory.
     *
     * @param increment the number of bytes by which the memory grows
     * @param end the destination of the file when the file is closed
     */
    public CoreDriver(long increment, End end) {
        super(end == End.IMAGE ? "image(…)" : "core(" + increment + ", " + (end == End.FILE) + ")");
        this.increment = increment;
        this.end = end;
    }

    /** The number of bytes by which the memory grows. */
    public long increment() {
        return increment;
    }

    /** Whether the bytes are passed on as an image when the file is closed. */
    public boolean givesImage() {
        return end == End.IMAGE;
    }

    @Override
    public boolean inMemory() {
        return true;
    }

    @Override
    public boolean onDisk() {
        return end == End.FILE;
    }
}
