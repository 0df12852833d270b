package h5sink;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** The lines of an input that are not blank, one after the other. One thread at a time. */
final class Lines {

    private static final long FOR_EVER = TimeUnit.DAYS.toNanos(10_000);

    private final Input input;
    private final Deque<Input.Piece> seen = new ArrayDeque<>();
    private boolean looking = true;
    private long looked;

    private byte[] bytes = {};
    private int end;
    private int next;
    private int from;
    private int to;
    private boolean cut;
    private long number;

    /** Begins by looking: lines that come before {@link #rewind} come again. */
    Lines(Input input) {
        this.input = input;
    }

    /** The next line, waiting for it; false at the end. */
    boolean next() {
        return next(System.nanoTime() + FOR_EVER);
    }

    /** The next line; false at the end, and at the deadline. */
    boolean next(long deadline) {
        while (true) {
            if (next == end && !piece(deadline)) {
                return false;
            }
            from = next;
            int at = next;
            while (at < end && bytes[at] != '\n') {
                at++;
            }
            next = Math.min(end, at + 1);
            number++;
            to = at > from && bytes[at - 1] == '\r' ? at - 1 : at;
            if (cut || !isBlank()) {
                return true;
            }
        }
    }

    private boolean isBlank() {
        for (int at = from; at < to; at++) {
            if (bytes[at] != ' ' && bytes[at] != '\t') {
                return false;
            }
        }
        return true;
    }

    private boolean piece(long deadline) {
        Input.Piece piece = looking || seen.isEmpty() ? input.next(deadline) : seen.removeFirst();
        if (piece == null) {
            return false;
        }
        if (looking) {
            seen.addLast(piece);
            looked += piece.bytes().length;
        }
        open(piece);
        return true;
    }

    private void open(Input.Piece piece) {
        bytes = piece.bytes();
        end = piece.length();
        next = 0;
        cut = piece.cut();
    }

    /** Goes back to the first line, once. */
    void rewind() {
        looking = false;
        next = end;
        number = 0;
    }

    /** What lines take that will come again, in bytes. */
    long looked() {
        return looked;
    }

    /** Refuses a line of which only the beginning is there. */
    void checkWhole() throws BadLineException {
        if (cut) {
            throw new BadLineException("longer than " + Text.bytes(Input.LONGEST_LINE));
        }
    }

    /** Where the line is; not to be changed, and of this line only until the next. */
    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int length() {
        return to - from;
    }

    /** The number of the line, from 1; blank lines count. */
    long number() {
        return number;
    }

    boolean isAtEnd() {
        return input.isAtEnd();
    }
}
