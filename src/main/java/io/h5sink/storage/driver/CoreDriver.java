package io.h5sink.storage.driver;

/** {@code H5FD_CORE}: in memory, where it stays open until the session ends. */
public final class CoreDriver extends FileDriver {

    /** What becomes of a file in memory when it is closed. */
    public enum End {
        /** It is written to disk. */
        FILE,
        /** It is given away. */
        IMAGE,
        /** It is gone. */
        NOTHING
    }

    private final long increment;
    private final End end;

    /**
     * A file in memory.
     *
     * @param increment by how much it grows, in bytes
     * @param end what becomes of it when it is closed
     */
    public CoreDriver(long increment, End end) {
        super(end == End.IMAGE ? "image(…)" : "core(" + increment + ", " + (end == End.FILE) + ")");
        this.increment = increment;
        this.end = end;
    }

    /** By how much the file grows, in bytes. */
    public long increment() {
        return increment;
    }

    /** Whether the file's bytes are wanted when it is closed. */
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
