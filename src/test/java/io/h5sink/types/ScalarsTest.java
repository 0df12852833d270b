package io.h5sink.types;

import static io.h5sink.testing.Extremes.BOOLEANS;
import static io.h5sink.testing.Extremes.BYTES;
import static io.h5sink.testing.Extremes.CHARS;
import static io.h5sink.testing.Extremes.COLOURS;
import static io.h5sink.testing.Extremes.DOUBLES;
import static io.h5sink.testing.Extremes.FLOATS;
import static io.h5sink.testing.Extremes.INSTANTS;
import static io.h5sink.testing.Extremes.INTS;
import static io.h5sink.testing.Extremes.LONGS;
import static io.h5sink.testing.Extremes.SHORTS;
import static io.h5sink.testing.Extremes.TEXTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.judge.H5py;
import io.h5sink.judge.H5py.Dataset;
import io.h5sink.judge.Python;
import io.h5sink.testing.Extremes;
import io.h5sink.testing.Extremes.Colour;
import io.h5sink.testing.Run;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One value of each type in a record, however it is declared, is what h5py reads. */
class ScalarsTest {

    record Primitives(
            boolean truth,
            byte int8,
            short int16,
            char character,
            int int32,
            long int64,
            float float32,
            double float64,
            String text,
            Instant time,
            Colour colour) {}

    record Boxes(
            Boolean truth,
            Byte int8,
            Short int16,
            Character character,
            Integer int32,
            Long int64,
            Float float32,
            Double float64,
            CharSequence text,
            Comparable<Instant> time,
            Enum<Colour> colour) {}

    record Anything(
            Object truth,
            Object int8,
            Number int16,
            Object character,
            Number int32,
            Number int64,
            Number float32,
            Number float64,
            Object text,
            Object time,
            Object colour) {}

    private static final Map<String, Dataset> EXPECTED = Map.ofEntries(
            dataset("truth", "bool", 131072, Extremes.list(BOOLEANS)),
            dataset("int8", "|i1", 131072, Extremes.list(BYTES)),
            dataset("int16", "<i2", 65536, Extremes.list(SHORTS)),
            dataset("character", "str utf-8 3", 32768, Extremes.strings(CHARS)),
            dataset("int32", "<i4", 32768, Extremes.list(INTS)),
            dataset("int64", "<i8", 16384, Extremes.list(LONGS)),
            dataset("float32", "<f4", 32768, Extremes.list(FLOATS)),
            dataset("float64", "<f8", 16384, Extremes.list(DOUBLES)),
            dataset("text", "str utf-8 None", 8192, Extremes.list(TEXTS)),
            Map.entry(
                    "/time",
                    new Dataset(
                            "<i8",
                            "(8,)",
                            "(None,)",
                            "(16384,)",
                            Map.of("units", "nanoseconds since 1970-01-01"),
                            List.copyOf(Extremes.NANOSECONDS))),
            dataset("colour", "enum int8 RED=0 GREEN=1 BLUE=2", 131072, Extremes.names(COLOURS)));

    @TempDir
    Path directory;

    private static Map.Entry<String, Dataset> dataset(String name, String dtype, int chunkRows, List<Object> values) {
        return Map.entry("/" + name, new Dataset(dtype, "(8,)", "(None,)", "(" + chunkRows + ",)", Map.of(), values));
    }

    private void assertStored(IntFunction<?> record) {
        Path file = directory.resolve("data.h5");

        Run.write(file, IntStream.range(0, Extremes.COUNT).mapToObj(record).toArray());

        assertThat(H5py.read(file).datasets()).containsExactlyInAnyOrderEntriesOf(EXPECTED);
    }

    @Test
    void primitivesOfARecord() {
        assertStored(i -> new Primitives(
                BOOLEANS[i],
                BYTES[i],
                SHORTS[i],
                CHARS[i],
                INTS[i],
                LONGS[i],
                FLOATS[i],
                DOUBLES[i],
                TEXTS[i],
                INSTANTS[i],
                COLOURS[i]));
    }

    @Test
    void boxesOfARecord() {
        assertStored(i -> new Boxes(
                BOOLEANS[i],
                BYTES[i],
                SHORTS[i],
                CHARS[i],
                INTS[i],
                LONGS[i],
                FLOATS[i],
                DOUBLES[i],
                new StringBuilder(TEXTS[i]),
                INSTANTS[i],
                COLOURS[i]));
    }

    @Test
    void componentsOfARecordThatAreDeclaredMoreGenerally() {
        assertStored(i -> new Anything(
                BOOLEANS[i],
                BYTES[i],
                SHORTS[i],
                CHARS[i],
                INTS[i],
                LONGS[i],
                FLOATS[i],
                DOUBLES[i],
                TEXTS[i],
                INSTANTS[i],
                COLOURS[i]));
    }

    @Test
    void namedQuantities() {
        assertStored(i -> H5Record.of("truth", BOOLEANS[i])
                .and("int8", BYTES[i])
                .and("int16", SHORTS[i])
                .and("character", CHARS[i])
                .and("int32", INTS[i])
                .and("int64", LONGS[i])
                .and("float32", FLOATS[i])
                .and("float64", DOUBLES[i])
                .and("text", TEXTS[i])
                .and("time", INSTANTS[i])
                .and("colour", COLOURS[i]));
    }

    @Test
    void valuesOfAMap() {
        assertStored(i -> {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("truth", BOOLEANS[i]);
            map.put("int8", BYTES[i]);
            map.put("int16", SHORTS[i]);
            map.put("character", CHARS[i]);
            map.put("int32", INTS[i]);
            map.put("int64", LONGS[i]);
            map.put("float32", FLOATS[i]);
            map.put("float64", DOUBLES[i]);
            map.put("text", TEXTS[i]);
            map.put("time", INSTANTS[i]);
            map.put("colour", COLOURS[i]);
            return map;
        });
    }

    @Test
    void theBitsOfANanAreKept() {
        record Bits(double float64, float float32) {}
        Path file = directory.resolve("nan.h5");

        Run.write(file, new Bits(Double.longBitsToDouble(0xFFF8_0000_0000_0123L), Float.intBitsToFloat(0x7FC0_0123)));

        assertThat(Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    print(f['float64'][()].tobytes().hex(), f['float32'][()].tobytes().hex())
                """, file)).isEqualTo("230100000000f8ff 2301c07f\n");
    }

    @Test
    void narrowerValuesFitIntoAColumnThatHoldsThemExactly() {
        Path file = directory.resolve("narrower.h5");

        Run.write(
                file,
                H5Record.of("float64", 0.5)
                        .and("float32", 0.5f)
                        .and("int64", 1L)
                        .and("int16", (short) 1),
                H5Record.of("float64", Integer.MIN_VALUE)
                        .and("float32", Short.MIN_VALUE)
                        .and("int64", Integer.MIN_VALUE)
                        .and("int16", Byte.MIN_VALUE),
                H5Record.of("float64", 0.1f)
                        .and("float32", (byte) 3)
                        .and("int64", (byte) 3)
                        .and("int16", (byte) 3));

        H5py seen = H5py.read(file);
        assertThat(seen.values("/float64")).containsExactly(0.5, -2147483648.0, (double) 0.1f);
        assertThat(seen.values("/float32")).containsExactly(0.5f, -32768f, 3f);
        assertThat(seen.values("/int64")).containsExactly(1L, -2147483648L, 3L);
        assertThat(seen.values("/int16")).containsExactly((short) 1, (short) -128, (short) 3);
    }

    @Test
    void anEnumerationOfManyConstantsTakesTwoBytes() {
        Path file = directory.resolve("enum.h5");

        Run.write(file, H5Record.of("script", Character.UnicodeScript.GREEK), H5Record.of("script", lastScript()));

        Dataset scripts = H5py.read(file).at("/script");
        assertThat(scripts.dtype()).startsWith("enum int16 COMMON=0 LATIN=1 GREEK=2 ");
        assertThat(scripts.values()).containsExactly("GREEK", lastScript().name());
    }

    private static Character.UnicodeScript lastScript() {
        Character.UnicodeScript[] all = Character.UnicodeScript.values();
        return all[all.length - 1];
    }
}
