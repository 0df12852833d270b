package io.h5sink.hdf5;


/** {@code H5FD_CORE}: in memory, where it stays open until the session ends. */
public final class CoreAccess extends Access {

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
    public CoreAccess(long increment, End end) {
        super(end == End.IMAGE ? "image(…)" : "core(" + increment + ", " + (end == End.FILE) + ")");
        this.increment = increment;
        this.end = end;
    }

    /** By how much the file grows, in bytes. */
    long increment() {
        return increment;
    }

    /** Whether the file's bytes are wanted when it is closed. */
    boolean givesImage() {
        return end == End.IMAGE;
    }

    @Override
    boolean inMemory() {
        return true;
    }

    @Override
    boolean onDisk() {
        return end == End.FILE;
    }
}
