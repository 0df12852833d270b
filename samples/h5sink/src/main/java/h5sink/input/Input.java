package h5sink.input;

import h5sink.console.UserException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A stream that is read by a thread of its own, in pieces, unpacked if it is packed. A read that waits cannot be broken off, and {@link
 * #stop} does without: whatever was read before is given out, and then the input has ended.
 */
public final class Input {

    static final int PIECE_BYTES = 1 << 18;

    private static final byte[] END = {};
    /** What a pipe may hold, and no more of a file. */
    private static final int MOST_AFTER_STOP = 1 << 20;

    private static final long LOOK_AGAIN_MILLIS = 20;

    private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(8);
    private volatile boolean stopped;
    private volatile boolean waiting;
    private volatile boolean cutOff;
    private volatile Throwable failure;
    private volatile boolean ended;

    public Input(InputStream in) {
        Thread thread = new Thread(() -> read(in), "h5sink-input");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends the input behind what was read and what waits to be read at this moment. */
    public void stop() {
        stopped = true;
    }

    /** Whether all of it was given out. */
    boolean isAtEnd() {
        return ended;
    }

    /** Whether it was ended by {@link #stop}, maybe in the middle of a line. */
    boolean isCutOff() {
        return cutOff;
    }

    /**
     * The next bytes.
     *
     * @param deadline when to give up, by {@link System#nanoTime}
     * @return null at the end, and at the deadline
     */
    byte[] next(long deadline) {
        try {
            while (!ended && deadline - System.nanoTime() > 0) {
                boolean idle = stopped && waiting;
                byte[] piece = pieces.poll(idle ? 0 : LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                if (piece == END || piece == null && idle) {
                    cutOff |= piece == null;
                    ended = true;
                    fail();
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

    private void fail() {
        if (failure instanceof UserException wrong) {
            throw wrong;
        }
        if (failure != null) {
            Object reason = failure instanceof IOException ? failure.getMessage() : failure;
            throw new UncheckedIOException(new IOException("the input cannot be read: " + reason, failure));
        }
    }

    private void read(InputStream in) {
        try {
            readAll(Opening.of(new Watched(in)));
        } catch (Throwable e) { // whoever takes the pieces would wait for ever
            failure = e;
        } finally {
            give(END);
        }
    }

    private void give(byte[] piece) {
        try {
            pieces.put(piece);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readAll(InputStream in) throws IOException {
        byte[] buffer = new byte[PIECE_BYTES];
        int last = Integer.MAX_VALUE;
        while (last > 0) {
            if (stopped && last == Integer.MAX_VALUE) {
                last = Math.min(in.available(), MOST_AFTER_STOP);
                cutOff = true;
            }
            if (last <= 0) {
                return;
            }
            int count = in.read(buffer, 0, Math.min(last, buffer.length));
            if (count < 0) {
                cutOff = false;
                return;
            }
            last = last == Integer.MAX_VALUE ? last : last - count;
            give(Arrays.copyOf(buffer, count));
        }
    }

    /** Reports when a read waits. */
    private final class Watched extends FilterInputStream {

        Watched(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            waiting = in.available() == 0;
            try {
                return in.read(bytes, offset, length);
            } finally {
                waiting = false;
            }
        }
    }
}
