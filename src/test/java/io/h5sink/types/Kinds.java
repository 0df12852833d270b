package io.h5sink.types;

import java.lang.reflect.Array;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;

/** The kinds of value that a random record has: their types in Java, random values, and what readers make of them. */
enum Kinds {
    BOOLEAN(boolean.class, Random::nextBoolean, value -> value),
    BYTE(byte.class, random -> (byte) bits(random), value -> value),
    SHORT(short.class, random -> (short) bits(random), value -> value),
    CHAR(char.class, Kinds::character, String::valueOf),
    INT(int.class, random -> (int) bits(random), value -> value),
    LONG(long.class, Kinds::bits, value -> value),
    FLOAT(float.class, random -> Float.intBitsToFloat((int) bits(random)), value -> value),
    DOUBLE(double.class, random -> Double.longBitsToDouble(bits(random)), value -> value),
    STRING(String.class, Kinds::text, value -> value),
    CONSTANT(Thread.State.class, random -> Thread.State.values()[random.nextInt(6)], value -> ((Enum<?>) value).name()),
    IDENTIFIER(UUID.class, random -> new UUID(bits(random), bits(random)), Object::toString),
    INSTANT(
            Instant.class,
            random -> Instant.EPOCH.plusNanos(nanos(random)),
            value -> Duration.between(Instant.EPOCH, (Instant) value).toNanos()),
    DATE(
            LocalDate.class,
            random -> LocalDate.ofEpochDay((int) bits(random)),
            value -> ((LocalDate) value).toEpochDay()),
    DURATION(Duration.class, random -> Duration.ofNanos(nanos(random)), value -> ((Duration) value).toNanos());

    private final Class<?> type;
    private final Function<Random, Object> value;
    private final Function<Object, Object> read;

    Kinds(Class<?> type, Function<Random, Object> value, Function<Object, Object> read) {
        this.type = type;
        this.value = value;
        this.read = read;
    }

    /** The least number stands for no time. */
    private static long nanos(Random random) {
        return Math.max(bits(random), -Long.MAX_VALUE);
    }

    /** Limits and their neighbours as often as anything between. */
    private static long bits(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            case 2 -> random.nextInt(5) - 2;
            case 3 -> 0x7FF0_0000_7F80_0000L; // infinities
            default -> random.nextLong() >> random.nextInt(64);
        };
    }

    private static Object character(Random random) {
        char c = (char) (1 + random.nextInt(0xD7FF) >> random.nextInt(12));
        return c == 0 ? 'x' : c;
    }

    private static Object text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(random.nextInt(4) == 0 ? "😀" : character(random));
        }
        return text.toString();
    }

    /** The type in Java's words, for a value of a rank. */
    String declaration(int rank) {
        return type.getCanonicalName() + "[]".repeat(rank);
    }

    /**
     * A value.
     *
     * @param shape its extents; none for a scalar
     * @param read takes what readers make of each element, in order
     */
    Object random(Random random, List<Integer> shape, List<Object> read) {
        if (shape.isEmpty()) {
            Object element = value.apply(random);
            read.add(this.read.apply(element));
            return element;
        }
        int[] extents = new int[shape.size()];
        extents[0] = shape.get(0);
        Class<?> part = type;
        for (int i = 1; i < extents.length; i++) {
            part = part.arrayType();
        }
        Object array = Array.newInstance(part, extents[0]);
        for (int i = 0; i < extents[0]; i++) {
            Array.set(array, i, random(random, shape.subList(1, shape.size()), read));
        }
        return array;
    }

    /** The same as lists of boxes. */
    static Object listed(Object value) {
        if (!value.getClass().isArray()) {
            return value;
        }
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < Array.getLength(value); i++) {
            list.add(listed(Array.get(value, i)));
        }
        return list;
    }
}
