package io.h5sink.storage.driver;

/** {@code H5FD_SEC2} and {@code H5FD_STDIO}: one file, which does not show by which of them it was written. */
public final class PosixDriver extends FileDriver {

    private final boolean buffered;

    /**
     * One file.
     *
     * @param buffered whether it is written through the C library's streams, not by the system's calls
     */
    public PosixDriver(boolean buffered) {
        super(buffered ? "stdio()" : "sec2()");
        this.buffered = buffered;
    }

    /** Whether the file is written through the C library's streams. */
    public boolean isBuffered() {
        return buffered;
    }

    @Override
    public boolean isOneFileOnDisk() {
        return true;
    }

    @Override
    public boolean canBeFollowed() {
        return !buffered;
    }
}
