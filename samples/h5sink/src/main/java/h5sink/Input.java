package h5sink;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A stream that is read by a thread of its own, in pieces that end at the end of a line. A read that waits cannot be broken off, and
 * {@link #stop} does without: whatever was read before is given out, and then the input has ended. Of a line that is too long, only
 * the beginning is given out, so that memory is bounded.
 */
final class Input {

    /**
     * Whole lines.
     *
     * @param bytes the lines, and more room behind them
     * @param length how many bytes are lines
     * @param cut whether it is the beginning of a single line that is too long
     */
    record Piece(byte[] bytes, int length, boolean cut) {}

    /** Where a line is too long, with its end. */
    static final int LONGEST_LINE = 1 << 24;

    /** What is given out of a line that is too long, at most. */
    static final int PIECE_BYTES = 1 << 18;

    private static final byte[] NOTHING = {};
    private static final Piece END = new Piece(NOTHING, 0, false);
    /** What a pipe may hold, and no more of a file. */
    private static final int MOST_AFTER_STOP = 1 << 20;

    private static final long LOOK_AGAIN_MILLIS = 20;

    private final InputStream in;
    private final BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(8);
    private volatile boolean stopped;
    private volatile boolean waiting;
    private volatile IOException failure;
    private volatile boolean ended;

    private byte[] open = new byte[PIECE_BYTES];
    private int filled;
    private boolean skipping;

    Input(InputStream in) {
        this.in = in;
        Thread thread = new Thread(this::read, "h5sink-input");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends the input behind what was read and what waits to be read at this moment. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    /** Whether all of it was given out. */
    boolean isAtEnd() {
        return ended;
    }

    /**
     * The next lines.
     *
     * @param deadline when to give up, by {@link System#nanoTime}
     * @return null at the end, and at the deadline
     */
    Piece next(long deadline) {
        try {
            while (!ended && deadline - System.nanoTime() > 0) {
                boolean idle = stopped && waiting;
                Piece piece = pieces.poll(idle ? 0 : LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                if (piece == END || piece == null && idle) {
                    ended = true;
                    if (failure != null) {
                        throw new UncheckedIOException(failure);
                    }
                } else if (piece != null) {
                    return piece;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended = true;
        }
        return null;
    }

    private void read() {
        try {
            readAll();
            if (filled > 0 && !stopped) {
                pieces.put(new Piece(open, filled, false)); // a last line without an end
            }
        } catch (IOException e) {
            failure = e;
        } catch (Throwable e) { // whoever takes the lines would wait for ever
            failure = new IOException("the input cannot be read: " + e, e);
        } finally {
            open = NOTHING;
            end();
        }
    }

    private void end() {
        try {
            pieces.put(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readAll() throws IOException, InterruptedException {
        int last = Integer.MAX_VALUE;
        while (last > 0) {
            if (stopped && last == Integer.MAX_VALUE) {
                last = Math.min(in.available(), MOST_AFTER_STOP);
            }
            if (last <= 0) {
                return;
            }
            if (filled == open.length) {
                open = Arrays.copyOf(open, open.length * 2);
            }
            waiting = in.available() == 0;
            int count = in.read(open, filled, Math.min(last, open.length - filled));
            waiting = false;
            if (count < 0) {
                return;
            }
            last = last == Integer.MAX_VALUE ? last : last - count;
            filled += count;
            if (skipping) {
                skip();
            }
            giveLines();
            if (filled == LONGEST_LINE) {
                cut();
            }
        }
    }

    /** Gives out the beginning of a line that is too long. */
    private void cut() throws InterruptedException {
        pieces.put(new Piece(Arrays.copyOf(open, PIECE_BYTES), PIECE_BYTES, true));
        open = new byte[PIECE_BYTES];
        filled = 0;
        skipping = true;
    }

    /** Forgets what belongs to the line that was cut. */
    private void skip() {
        int rest = 0;
        while (skipping && rest < filled) {
            skipping = open[rest] != '\n';
            rest++;
        }
        filled -= rest;
        System.arraycopy(open, rest, open, 0, filled);
    }

    private void giveLines() throws InterruptedException {
        int end = filled;
        while (end > 0 && open[end - 1] != '\n') {
            end--;
        }
        if (end > 0) {
            byte[] rest = new byte[Math.max(PIECE_BYTES, filled - end)];
            System.arraycopy(open, end, rest, 0, filled - end);
            pieces.put(new Piece(open, end, false));
            open = rest;
            filled -= end;
        }
    }
}
