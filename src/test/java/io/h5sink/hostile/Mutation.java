package io.h5sink.hostile;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What befell a file. The same seed does the same to the same files. */
final class Mutation {

    private static final byte[][] EXTREMES = {
        {0},
        {-1},
        {0, 0, 0, 0},
        {-1, -1, -1, -1},
        {-1, -1, -1, 127},
        {0, 0, 0, -128},
        {0, 0, 0, 0, 0, 0, 0, 0},
        {-1, -1, -1, -1, -1, -1, -1, -1},
        {-1, -1, -1, -1, -1, -1, -1, 127}
    };

    private final Random random;
    private byte[] bytes;
    private final StringBuilder story = new StringBuilder();

    private Mutation(long seed, byte[] bytes) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.bytes = bytes.clone();
    }

    /** What is left of a file, and how it came to that. */
    record Result(byte[] bytes, String story) {}

    /** Mutates one file, for which pieces of others may be used. */
    static Result of(long seed, byte[] file, List<byte[]> others) {
        Mutation mutation = new Mutation(seed, file);
        int times = mutation.random.nextInt(4) == 0 ? 1 + mutation.random.nextInt(50) : 1 + mutation.random.nextInt(3);
        for (int i = 0; i < times; i++) {
            mutation.once(others);
        }
        return new Result(mutation.bytes, mutation.story.toString().strip());
    }

    private void once(List<byte[]> others) {
        int at = random.nextInt(Math.max(1, bytes.length));
        if (random.nextBoolean()) {
            at = structure(at);
        }
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                report("flip", at, 1);
            }
            case 4, 5, 6 -> {
                byte[] noise = new byte[1 + random.nextInt(8)];
                random.nextBytes(noise);
                put(noise, 0, noise.length, at, "overwrite");
            }
            case 7, 8 -> {
                byte[] extreme = EXTREMES[random.nextInt(EXTREMES.length)];
                put(extreme, 0, extreme.length, at, "extreme");
            }
            case 9 -> {
                byte[] other = others.get(random.nextInt(others.size()));
                int from = random.nextInt(other.length);
                put(other, from, Math.min(1 + random.nextInt(512), other.length - from), at, "splice");
            }
            case 10 -> {
                int from = structure(random.nextInt(bytes.length));
                put(bytes.clone(), from, Math.min(1 + random.nextInt(512), bytes.length - from), at, "copy");
            }
            default -> {
                if (random.nextInt(4) == 0) { // most cuts are found at once
                    bytes = Arrays.copyOf(bytes, Math.max(1, at));
                    report("cut", at, 0);
                } else {
                    int length = Math.min(1 + random.nextInt(64), bytes.length - at);
                    Arrays.fill(bytes, at, at + length, (byte) 0);
                    report("zero", at, length);
                }
            }
        }
    }

    /** A place with structure near by: zeros and what lies between them are mostly data. */
    private int structure(int at) {
        for (int i = 0; i < bytes.length; i++) {
            int here = (at + i) % bytes.length;
            if (here + 4 <= bytes.length && isName(here)) {
                return Math.min(bytes.length - 1, here + random.nextInt(96));
            }
        }
        return at;
    }

    /** Whether a signature starts here: of four capitals, or the version of an old header before its counts. */
    private boolean isName(int at) {
        boolean capitals = true;
        for (int i = 0; i < 4; i++) {
            capitals &= bytes[at + i] >= 'A' && bytes[at + i] <= 'Z';
        }
        return capitals
                || (at % 8 == 0 && bytes[at] == 1 && bytes[at + 1] == 0 && bytes[at + 2] > 0 && bytes[at + 3] == 0);
    }

    private void put(byte[] from, int start, int length, int at, String what) {
        int fitting = Math.min(length, bytes.length - at);
        System.arraycopy(from, start, bytes, at, fitting);
        report(what, at, fitting);
    }

    private void report(String what, int at, int length) {
        story.append(what).append(' ').append(at).append('+').append(length).append(' ');
    }
}
