package io.h5sink.sink.column;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.buffer.RowConsumer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows are in the order of their routes, and within each in their own, in one pass or two. */
class RouteSortTest {

    @ParameterizedTest
    @CsvSource({
        "1, 1, 8",
        "10, 1000, 8",
        "512, 5000, 4",
        "513, 5000, 8",
        "513, 3, 8",
        "640, 5000, 4",
        "641, 5000, 12",
        "10000, 30000, 1",
        "10000, 30000, 8"
    })
    void rowsOfARouteComeTogetherAndInOrder(int routes, int rows, int rowBytes) {
        Random random = new Random(20261121);
        RouteSort order = new RouteSort();
        for (int commit = 0; commit < 3; commit++) { // of different sizes, with what the one before has left
            int count = rows >> commit;
            int[] route = random.ints(count, 0, routes).toArray();
            byte[] bytes = new byte[count * rowBytes];
            random.nextBytes(bytes);

            order.begin(count, routes);
            int half = count / 2;
            order.count(0, IntBuffer.wrap(route, 0, half));
            order.count(half, IntBuffer.wrap(route, half, count - half));
            order.sort();
            ByteBuffer sorted = ByteBuffer.allocateDirect(count * rowBytes + 64).order(ByteOrder.LITTLE_ENDIAN);
            RowConsumer into = order.into(sorted, rowBytes, 100);
            into.accept(100, half, ByteBuffer.wrap(bytes, 0, half * rowBytes), null);
            into.accept(
                    100 + half,
                    count - half,
                    ByteBuffer.wrap(bytes, half * rowBytes, bytes.length - half * rowBytes),
                    null);
            order.finish(sorted, rowBytes);

            int[] expected = IntStream.range(0, count)
                    .boxed()
                    .sorted(Comparator.comparingInt(row -> route[row]))
                    .mapToInt(row -> row)
                    .toArray();
            assertThat(order.rowsInOrder()).isEqualTo(expected);
            for (int place = 0; place < count; place++) {
                byte[] row = new byte[rowBytes];
                sorted.get(place * rowBytes, row);
                int from = expected[place] * rowBytes;
                assertThat(row).isEqualTo(Arrays.copyOfRange(bytes, from, from + rowBytes));
            }
            for (int each = 0; each < routes; each++) {
                int wanted = each;
                assertThat(order.start(each + 1) - order.start(each)).isEqualTo((int)
                        Arrays.stream(route).filter(r -> r == wanted).count());
                if (routes > 1000 && each > 20) {
                    break; // they are many
                }
            }
        }
    }
}
