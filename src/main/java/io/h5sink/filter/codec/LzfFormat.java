package io.h5sink.filter.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The format of liblzf (M. A. Lehmann, {@code lzf_d.c}). A control byte below 32 is followed by one more literal than it says.
 * Any other control byte has the length of a match, less 2, in its upper three bits, where 7 means that the next byte is added; its lower
 * five bits are the upper bits of the distance, less 1, and a byte with the lower bits of the distance follows.
 */
final class LzfFormat {

    /** The length of the hash table: twice the largest distance of a match. */
    static final int TABLE = 1 << 14;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int MOST_LITERALS = 1 << 5;
    private static final int FARTHEST = 1 << 13;
    private static final int LONGEST = 7 + 255 + 2;

    /** The shortest match that is looked for. The format has matches of 3 bytes, too, which save one byte at most, and cost time. */
    private static final int SHORTEST = Integer.BYTES;

    /** The last match begins before these bytes, so that literals can be copied by words. */
    private static final int TAIL = 2 * Long.BYTES;

    /** The number of bytes that may be written beyond the end of the last literals. */
    static final int SPARE = MOST_LITERALS;

    /** The largest step between two look-ups: while nothing matches, steps grow up to this length. */
    private static final int LONGEST_STEP = 64;

    private static final int STEP_SHIFT = 4;

    private LzfFormat() {}

    /**
     * Compresses the first bytes of an array.
     *
     * @param capacity the bytes that the output may take; the array has {@link #SPARE} bytes more
     * @return the length, or 0 if the output takes more bytes
     */
    static int compress(byte[] in, int bytes, byte[] out, int capacity, int[] table) {
        int bits = Math.min(14, Math.max(8, 32 - Integer.numberOfLeadingZeros(bytes)));
        Arrays.fill(table, 0, 1 << bits, -FARTHEST - 1);
        int literals = 0;
        int to = 0;
        int i = 0;
        while (i <= bytes - TAIL) {
            int here = (int) INT.get(in, i);
            int slot = (here * 0x9E3779B1) >>> (32 - bits);
            int before = table[slot];
            table[slot] = i;
            if (i - before > FARTHEST || (int) INT.get(in, before) != here) {
                i += Math.min(1 + ((i - literals) >>> STEP_SHIFT), LONGEST_STEP);
                continue;
            }
            int length = match(in, before, i, Math.min(LONGEST, bytes - i));
            to = i - literals <= MOST_LITERALS
                    ? fewLiterals(in, literals, i - literals, out, to, capacity - 3)
                    : literals(in, literals, i, out, to, capacity - 3);
            if (to < 0) {
                return 0;
            }
            int distance = i - before - 1;
            if (length - 2 < 7) {
                out[to++] = (byte) (((length - 2) << 5) | (distance >>> 8));
            } else {
                out[to++] = (byte) ((7 << 5) | (distance >>> 8));
                out[to++] = (byte) (length - 2 - 7);
            }
            out[to++] = (byte) distance;
            i += length;
            literals = i;
        }
        to = literals(in, literals, bytes, out, to, capacity);
        return Math.max(to, 0);
    }

    private static int match(byte[] in, int before, int here, int most) {
        int length = SHORTEST;
        while (length <= most - Long.BYTES) {
            long differences = (long) LONG.get(in, before + length) ^ (long) LONG.get(in, here + length);
            if (differences != 0) {
                return length + (Long.numberOfTrailingZeros(differences) >>> 3);
            }
            length += Long.BYTES;
        }
        while (length < most && in[before + length] == in[here + length]) {
            length++;
        }
        return length;
    }

    /** Does what {@link #literals} does for one run, by words. */
    private static int fewLiterals(byte[] in, int from, int count, byte[] out, int start, int capacity) {
        if (start + 1 + count > capacity) {
            return -1;
        }
        if (count == 0) {
            return start;
        }
        int to = start + 1;
        out[start] = (byte) (count - 1);
        LONG.set(out, to, (long) LONG.get(in, from));
        if (count > Long.BYTES) {
            LONG.set(out, to + 8, (long) LONG.get(in, from + 8));
            if (count > 2 * Long.BYTES) {
                LONG.set(out, to + 16, (long) LONG.get(in, from + 16));
                LONG.set(out, to + 24, (long) LONG.get(in, from + 24));
            }
        }
        return to + count;
    }

    /** Returns the next position in the output, or −1 if that position is beyond {@code capacity}. */
    private static int literals(byte[] in, int from, int end, byte[] out, int start, int capacity) {
        int to = start;
        int count = end - from;
        if (to + count + (count + MOST_LITERALS - 1) / MOST_LITERALS > capacity) {
            return -1;
        }
        for (int i = from; i < end; i += MOST_LITERALS) {
            int n = Math.min(MOST_LITERALS, end - i);
            out[to++] = (byte) (n - 1);
            System.arraycopy(in, i, out, to, n);
            to += n;
        }
        return to;
    }

    /**
     * Fills the first bytes of an array.
     *
     * @throws DamagedChunkException if the input ends within a run, goes back before the start, or is of another length
     */
    static void decompress(byte[] in, int bytes, byte[] out, int expected) {
        int i = 0;
        int to = 0;
        while (i < bytes) {
            int control = in[i++] & 0xFF;
            int length;
            if (control < MOST_LITERALS) {
                length = control + 1;
                checkLeft(length, bytes - i, i);
                checkCapacity(length, expected - to, i);
                System.arraycopy(in, i, out, to, length);
                i += length;
            } else {
                length = (control >>> 5) + 2;
                int following = length == 7 + 2 ? 2 : 1;
                checkLeft(following, bytes - i, i);
                if (following == 2) {
                    length += in[i++] & 0xFF;
                }
                int from = to - (((control & 0x1F) << 8) | (in[i++] & 0xFF)) - 1;
                if (from < 0) {
                    throw new DamagedChunkException(
                            "LZF: at byte " + i + " goes back to " + from + " (expected: >= 0)");
                }
                checkCapacity(length, expected - to, i);
                copy(out, from, to, length);
            }
            to += length;
        }
        if (to != expected) {
            throw DamagedChunkException.size("LZF", to, expected);
        }
    }

    /** Copies a match, which repeats itself if it reaches into its own output. */
    private static void copy(byte[] out, int from, int to, int length) {
        if (to - from >= length) {
            System.arraycopy(out, from, out, to, length);
        } else if (to - from == 1) {
            Arrays.fill(out, to, to + length, out[from]);
        } else {
            for (int k = 0; k < length; k++) {
                out[to + k] = out[from + k];
            }
        }
    }

    private static void checkLeft(int needed, int left, int at) {
        if (needed > left) {
            throw new DamagedChunkException("LZF: at byte " + at + " " + left + " are left (expected: " + needed + ")");
        }
    }

    private static void checkCapacity(int length, int capacity, int at) {
        if (length > capacity) {
            throw new DamagedChunkException(
                    "LZF: at byte " + at + " " + length + " come (expected: <= " + capacity + ")");
        }
    }
}
