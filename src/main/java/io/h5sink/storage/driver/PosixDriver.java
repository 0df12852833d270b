package io.h5sink.storage.driver;

/** {@code H5FD_SEC2} and {@code H5FD_STDIO}: one file on disk. The file does not show which of the two drivers wrote it. */
public final class PosixDriver extends FileDriver {

    private final boolean buffered;

    /**
     * A driver for one file on disk.
     *
     * @param buffered whether the C library writes through its streams ({@code stdio}) instead of system calls
     */
    public PosixDriver(boolean buffered) {
        super(buffered ? "stdio()" : "sec2()");
        this.buffered = buffered;
    }

    /** Whether the C library writes the file through its streams ({@code stdio}). */
    public boolean isBuffered() {
        return buffered;
    }

    @Override
    public boolean canBeFollowed() {
        return !buffered;
    }
}
