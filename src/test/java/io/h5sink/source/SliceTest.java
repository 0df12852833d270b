package io.h5sink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.judge.Python;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A slice names what NumPy says that it names. */
class SliceTest {

    private static final long[] SHAPE = {4, 5, 3};

    /** The flat indices that a slice names, and the shape of what it gives. */
    private static String named(String slice) {
        Selection selection = Slice.parse(slice).on(SHAPE);
        List<Long> indices = new ArrayList<>();
        add(selection, 0, 0, indices);
        return LongStream.of(selection.shape()).boxed().toList() + " " + indices;
    }

    private static void add(Selection selection, int axis, long flat, List<Long> indices) {
        if (axis == SHAPE.length) {
            indices.add(flat);
            return;
        }
        for (long i = 0; i < selection.count()[axis]; i++) {
            add(
                    selection,
                    axis + 1,
                    flat * SHAPE[axis] + selection.start()[axis] + i * selection.step()[axis],
                    indices);
        }
    }

    @Test
    void asNumPy() {
        Random random = new Random(20261121);
        List<String> slices = IntStream.range(0, 500)
                .mapToObj(i -> IntStream.rangeClosed(0, random.nextInt(3))
                        .mapToObj(axis -> part(random, (int) SHAPE[axis]))
                        .collect(Collectors.joining(", ")))
                .map(slice -> random.nextInt(4) > 0 ? slice : random.nextBoolean() ? "..., " + slice : slice + ", ...")
                .distinct()
                .toList();
        String numpy = Python.run("""
                import numpy, sys
                a = numpy.arange(60).reshape(4, 5, 3)
                for text in sys.argv[1].split(';'):
                    part = eval('a[' + text + ']')
                    print([*part.shape], [*part.flat])
                """, String.join(";", slices));
        List<String> expected = numpy.lines().toList();
        assertThat(expected).hasSameSizeAs(slices);
        for (int i = 0; i < slices.size(); i++) {
            // an ellipsis in front moves what was made for the first axes
            String slice = slices.get(i);
            assertThat(named(slice)).as(slice).isEqualTo(expected.get(i));
        }
    }

    private static String part(Random random, int extent) {
        if (random.nextInt(3) == 0) {
            return String.valueOf(random.nextInt(6) - 3);
        }
        return bound(random, extent) + ":" + bound(random, extent) + (random.nextBoolean() ? ":" + step(random) : "");
    }

    private static String bound(Random random, int extent) {
        return random.nextBoolean() ? "" : String.valueOf(random.nextInt(4 * extent) - 2 * extent);
    }

    private static String step(Random random) {
        return random.nextBoolean() ? "" : String.valueOf(1 + random.nextInt(4));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ::-1         | Step must be >= 1 (got -1)
            ::0          | Step must be >= 1 (got 0)
            4            | Index (4) out of range for (0-3) of axis 0
            -5           | Index (-5) out of range for (0-3) of axis 0
            ..., 3       | Index (3) out of range for (0-2) of axis 2
            ..., 1, ...  | Only one ellipsis may be used.
            1, 1, 1, 1   | 4 indexing arguments for 3 dimensions
            [1, 2]       | "[1" is no index, start:stop:step or ...
            1,,2         | "" is no index
            99999999999999999999 | 99999999999999999999 is beyond 64 bits
            """)
    void refusesWhatH5pyRefuses(String slice, String why) {
        assertThatThrownBy(() -> Slice.parse(slice).on(SHAPE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("slice \"" + slice + "\": ")
                .hasMessageContaining(why);
    }

    @Test
    void nothingIsEverything() {
        assertThat(named("")).isEqualTo(named("...")).isEqualTo(named("()")).isEqualTo(named(":, :,:"));
        assertThat(named("1,")).isEqualTo(named("1"));
    }
}
