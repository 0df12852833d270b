package io.h5sink.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.judge.PythonJson;
import io.h5sink.testing.Seeds;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The same for metadata that nobody thought of. */
class JsonPropertiesTest {

    private static final String[] ODD = {
        "a",
        "\0",
        "\u001f",
        " ",
        "\"",
        "\\",
        "/",
        "~",
        "\u007f",
        "é",
        "\ud7ff",
        "\ud83d",
        "\ude00",
        "\ue000",
        "\uffff",
        "\ud83d\ude00",
        "\udbff\udfff",
        "\n",
        "\u2028"
    };

    @Test
    void anyValueHasTheTextThatPythonGivesIt() {
        Seeds.each(
                10,
                random -> PythonJson.assertCanonical(IntStream.range(0, 300)
                        .mapToObj(i -> Json.of("x", value(random, 2)))
                        .toList()));
    }

    @Test
    void anyStringComesBack() {
        Seeds.each(10, random -> {
            List<String> strings = Seeds.many(random, 1, 200, () -> Seeds.text(random, ODD));

            assertThat(PythonJson.strings(Json.of("x", strings))).isEqualTo(strings);
        });
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 8 : 12)) {
            case 0 -> Map.of();
            case 1 -> random.nextBoolean();
            case 2 -> Seeds.integer(random);
            case 3 -> new BigInteger(random.nextInt(200), random).subtract(BigInteger.TWO.pow(random.nextInt(200)));
            case 4 -> Double.longBitsToDouble(random.nextLong());
            case 5 -> random.nextInt(2000) / Seeds.of(random, 1.0, 10.0, 7.0, 1e20);
            case 6 -> new int[] {random.nextInt(), random.nextInt(100)};
            case 7 -> Seeds.text(random, ODD);
            case 8, 9 -> Seeds.many(random, 0, 4, () -> value(random, 0));
            default -> {
                Map<String, Object> map = new HashMap<>();
                for (int i = random.nextInt(7); i > 0; i--) {
                    map.put(Seeds.text(random, ODD), value(random, depth - 1));
                }
                yield map;
            }
        };
    }
}
