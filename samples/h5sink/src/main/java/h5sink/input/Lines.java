package h5sink.input;

import h5sink.console.Text;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * An input as a window of bytes that moves over it: a record begins at {@link #from}, and what was taken of it ends at {@link #at}.
 * One thread at a time.
 */
public final class Lines {

    /** Where a record is too long. */
    public static final int LONGEST = 1 << 24;

    /** What is kept of a record that is too long. */
    public static final int KEPT_BYTES = 1 << 18;

    private static final int FIRST_BYTES = 32 << 20;
    private static final long FOR_EVER = TimeUnit.DAYS.toNanos(10_000);
    private static final long SOON = TimeUnit.MILLISECONDS.toNanos(20);

    private final Input input;
    private boolean looking = true;

    private byte[] bytes = new byte[2 * Input.PIECE_BYTES];
    private int from;
    private int at;
    private int end;
    private long number = 1; // of the line that the record begins in
    private long line = 1; // of the line that at is in
    private int lineStart; // where that line starts, which may be before the window
    private byte[] cut;

    /** Begins by looking: whatever is taken before {@link #rewind} comes again. */
    public Lines(Input input) {
        this.input = input;
    }

    public static long forEver() {
        return System.nanoTime() + FOR_EVER;
    }

    /** Lets a record begin behind what was taken. */
    public void begin() {
        from = at;
        number = line;
        cut = null;
    }

    /** Gives back what was taken of the record. */
    public void giveBack() {
        at = from;
        line = number;
    }

    /** Takes so many bytes more. */
    public void take(int count) {
        for (int to = at + count; at < to; at++) {
            if (bytes[at] == '\n') {
                line++;
                lineStart = at + 1;
            }
        }
    }

    /**
     * Takes the rest of the line with its end, waiting for it.
     *
     * @return false if nothing or only a part of it is there, which is taken: at the deadline, at an end that came from outside, and when
     *     the record is too long
     */
    public boolean takeLine(long deadline) {
        int before = at - from;
        while (true) {
            take(lineEnd(at) - at);
            boolean some = at - from > before;
            if (some && bytes[at - 1] == '\n') {
                return true;
            }
            if (end - from > LONGEST || !more(deadline)) {
                return some && isAtEnd() && !isCutOff();
            }
        }
    }

    /** Where the line that begins or goes on here ends, behind its end; where all that is there ends, if the line does not. */
    public int lineEnd(int start) {
        int stop = start;
        while (stop < end && bytes[stop] != '\n') {
            stop++;
        }
        return Math.min(end, stop + 1);
    }

    /** Refuses a record that is too long, which is passed over with all that comes behind it in its last line. */
    public void checkLength() throws BadLineException {
        if (end - from <= LONGEST) {
            return;
        }
        byte[] beginning = Arrays.copyOfRange(bytes, from, from + KEPT_BYTES);
        take(end - at);
        while (bytes[at - 1] != '\n') {
            at = from;
            end = from;
            byte[] piece = input.next(forEver());
            if (piece == null) {
                break;
            }
            append(piece);
            take(lineEnd(at) - at);
        }
        if (looking) { // lines without anything in them come again
            int blank = (int) Math.min(at - from, line - number);
            Arrays.fill(bytes, from, from + blank, (byte) '\n');
            System.arraycopy(bytes, at, bytes, from + blank, end - at);
            end -= at - from - blank;
            at = from + blank;
        }
        lineStart = at;
        cut = beginning;
        throw new BadLineException("longer than " + Text.bytes(LONGEST));
    }

    /**
     * Waits for more of the input, up to twice as much as there is of the record if that comes at once. Places in the window may change.
     *
     * @return false at the end, at the deadline, and if no more can be looked at
     */
    public boolean more(long deadline) {
        byte[] piece = isLookedAtEnough() ? null : input.next(deadline);
        if (piece == null) {
            return false;
        }
        int wanted = Math.min(2 * (end - from), LONGEST + 1);
        do {
            append(piece);
            piece = end - from < wanted ? input.next(System.nanoTime() + SOON) : null;
        } while (piece != null);
        return true;
    }

    private void append(byte[] piece) {
        if (bytes.length - end < piece.length) {
            int start = looking ? 0 : from;
            int capacity = Math.max(2 * Input.PIECE_BYTES, 2 * (end - start + piece.length));
            byte[] window = capacity == bytes.length ? bytes : new byte[capacity];
            System.arraycopy(bytes, start, window, 0, end - start);
            bytes = window;
            from -= start;
            at -= start;
            end -= start;
            lineStart -= start;
        }
        System.arraycopy(piece, 0, bytes, end, piece.length);
        end += piece.length;
    }

    /** Goes back to the first byte, once. */
    public void rewind() {
        looking = false;
        at = 0;
        line = 1;
        lineStart = 0;
        begin();
    }

    /** Whether no more is kept to come again. */
    boolean isLookedAtEnough() {
        return looking && end > FIRST_BYTES;
    }

    /** Whether a record that is too long was passed over, which does not come again. */
    public boolean isCut() {
        return cut != null;
    }

    /** The window; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public int from() {
        return from;
    }

    public int at() {
        return at;
    }

    public int end() {
        return end;
    }

    /** How many bytes of the line there are before the record. */
    public int column() {
        return from - lineStart;
    }

    /** The number of the line that the record begins in, from 1; blank lines count. */
    public long number() {
        return number;
    }

    /** What was taken of the record, without the end of its last line; of one that is too long, its beginning. */
    public byte[] record() {
        int stop = at;
        while (stop > from && (bytes[stop - 1] == '\n' || bytes[stop - 1] == '\r')) {
            stop--;
        }
        return cut == null ? Arrays.copyOfRange(bytes, from, stop) : cut;
    }

    public boolean isAtEnd() {
        return input.isAtEnd();
    }

    /** Whether the input was ended from outside, maybe in the middle of a line. */
    public boolean isCutOff() {
        return input.isCutOff();
    }
}
