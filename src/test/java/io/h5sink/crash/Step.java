package io.h5sink.crash;

import java.util.ArrayList;
import java.util.List;

/** One thing that a writer did to the files of its directory, or reported. Files go by their names. */
sealed interface Step {

    /** What a kill, or the loss of power, can tear a write at. */
    int PAGE = 4096;

    /** At {@link #END}, it appends. */
    record Write(String file, long at, byte[] bytes) implements Step {

        static final long END = -1;

        /** The parts that reach the disk one by one. */
        List<Write> pages() {
            List<Write> pages = new ArrayList<>();
            for (int from = 0; from < bytes.length; ) {
                int to = (int) Math.min(bytes.length, from + PAGE - (at + from) % PAGE);
                pages.add(new Write(file, at + from, java.util.Arrays.copyOfRange(bytes, from, to)));
                from = to;
            }
            return pages;
        }

        @Override
        public String toString() {
            return "write of " + bytes.length + " bytes at " + at + " of " + file;
        }
    }

    /** Cuts or lengthens. */
    record Resize(String file, long size) implements Step {}

    record Create(String file) implements Step {}

    record Remove(String file) implements Step {}

    record Rename(String file, String to) implements Step {}

    /** Gives a file, which is not written to any more, another name besides. */
    record Link(String file, String to) implements Step {}

    /** What was written to the file so far survives the loss of power. */
    record Sync(String file) implements Step {}

    /** All names, and their absence, survive the loss of power. */
    record SyncNames() implements Step {}

    /** The writer gave up. */
    record Failed(String why) implements Step {}

    /** So many records are committed. */
    record Reported(int records) implements Step {}
}
