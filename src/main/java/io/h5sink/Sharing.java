package io.h5sink;

/** The programs that can open the file while a session writes to it. */
public enum Sharing {
    /**
     * Everybody: between commits the file is complete and not marked as open, so that any HDF5 tool opens it. An
     * attempt that meets a commit fails, and is to be repeated. Programs in the same JVM that use the same HDF5 may see the file as that
     * has it in memory.
     *
     * <p>A reader that keeps the file open has no snapshot: HDF5 looks at each dataset when it is first asked for, and keeps the length that
     * it finds then; what was added since the file was opened may be beyond the end that HDF5 knows of ({@code addr overflow}). Look at all
     * columns first and take the least length, or use {@link Layout#TABLE} or {@link H5Source}.
     *
     * <p>Another program that writes is waited for, see {@link H5Writer.Builder#patience}. Each commit marks the superblock and then looks
     * in {@code /proc/locks} for programs that hold the file. That shows programs on this machine and in this PID namespace that use
     * HDF5's file locks, on Linux. Others are noticed if they write the superblock during a commit, which is then undone and ends the
     * stream with an {@link H5FileException}; space that both have taken is found by {@link H5Source#overlaps()}. In files of HDF5's older
     * formats, superblock 0 to 2, the mark is an end of file beyond all bounds: HDF5 takes such a file for a truncated one.
     */
    RELEASE,
    /**
     * Readers that follow, in HDF5's single-writer multiple-reader mode: h5py with {@code swmr=True}. The file is marked as
     * open throughout, which all other readers refuse. No datasets can be made after the first commit, and none can hold data
     * of variable length.
     */
    SWMR,
    /** Nobody: the file is marked as open throughout, for a job that comes to an end. */
    EXCLUSIVE
}
