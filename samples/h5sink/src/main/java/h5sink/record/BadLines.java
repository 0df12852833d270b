package h5sink.record;

import h5sink.console.Message;
import h5sink.input.Lines;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Reports lines that cannot be recorded, the first of them one by one, and keeps them in a file if one is wanted. */
final class BadLines implements Closeable {

    private static final int TOLD_ONE_BY_ONE = 20;
    private static final int MOST_UNKNOWN = 1000;

    private final PrintWriter err;
    private final OutputStream kept;
    private final Set<String> unknown = new HashSet<>();
    private volatile long count;
    private boolean isIncomplete;

    /** Keeps lines in a file that it makes anew, or nowhere if that is null. */
    BadLines(PrintWriter err, Path file) throws IOException {
        this.err = err;
        this.kept = file == null ? null : new BufferedOutputStream(Files.newOutputStream(file));
    }

    void add(Lines lines, String reason) {
        count++;
        if (count <= TOLD_ONE_BY_ONE) {
            Message.print(err, "line " + lines.number() + ": " + reason);
        } else if (count == TOLD_ONE_BY_ONE + 1) {
            Message.print(err, "line " + lines.number() + ": " + reason + "; from here on bad lines are counted only");
        }
        if (kept != null) {
            try {
                kept.write(lines.record());
                kept.write('\n');
                kept.flush();
            } catch (IOException e) {
                throw new UncheckedIOException("bad lines cannot be kept: " + e.getMessage(), e);
            }
        }
    }

    /** Something that is missing, not a line. */
    void missing(String what) {
        isIncomplete = true;
        Message.print(err, what);
    }

    /** A field that no column was made for, which is left out. */
    void unknown(Lines lines, String key) {
        isIncomplete = true;
        if (unknown.size() < MOST_UNKNOWN && unknown.add(key)) {
            Message.print(
                    err,
                    "line " + lines.number() + ": the field " + key
                            + " was not in the first lines and is left out; --type " + key
                            + "=TYPE makes a column for it");
        }
    }

    long count() {
        return count;
    }

    /** Whether all that came is in the file. */
    boolean isEmpty() {
        return count == 0 && !isIncomplete;
    }

    @Override
    public void close() throws IOException {
        if (kept != null) {
            kept.close();
        }
    }
}
