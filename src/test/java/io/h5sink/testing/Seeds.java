package io.h5sink.testing;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** Properties, which hold for whatever is made up from a seed. */
public final class Seeds {

    /** What must hold. */
    public interface Property {

        /** Makes something up, and checks that it is right. */
        void holds(Random random) throws Exception;
    }

    private Seeds() {}

    /** Checks a property for as many seeds, always the same; {@code -Dh5sink.seed} names one that failed, which is tried alone then. */
    public static void each(int tries, Property property) {
        Long one = Long.getLong("h5sink.seed");
        for (long seed : one == null ? LongStream.range(0, tries).toArray() : new long[] {one}) {
            try {
                property.holds(new Random(seed * 0x9E37_79B9_7F4A_7C15L)); // neighbours would begin alike
            } catch (TestAbortedException e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError("with -Dh5sink.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /** One of some. */
    @SafeVarargs
    public static <T> T of(Random random, T... some) {
        return some[random.nextInt(some.length)];
    }

    /** One of some. */
    public static <T> T of(Random random, List<? extends T> some) {
        return some.get(random.nextInt(some.size()));
    }

    /** As many as between two numbers, both of which may be. */
    public static <T> List<T> many(Random random, int least, int most, Supplier<? extends T> each) {
        return IntStream.range(0, between(random, least, most))
                .<T>mapToObj(i -> each.get())
                .toList();
    }

    /** A number between two, both of which may be. */
    public static int between(Random random, int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    /** Any integer, small ones and the limits of types as often as others. */
    public static long integer(Random random) {
        long any = random.nextLong() >> random.nextInt(Long.SIZE);
        return of(random, any, any, 0L, -1L, 1L, (long) Integer.MIN_VALUE, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** Characters of all of Unicode, odd ones more often, also halves of surrogate pairs. */
    public static String text(Random random, String... odd) {
        return Stream.generate(() -> random.nextInt(3) > 0
                        ? of(random, odd)
                        : String.valueOf((char) (random.nextInt(0x1_0000) >> random.nextInt(16))))
                .limit(random.nextInt(8))
                .reduce("", String::concat);
    }
}
