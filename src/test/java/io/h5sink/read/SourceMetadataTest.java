package io.h5sink.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hdf.hdf5lib.H5;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.judge.Python;
import io.h5sink.testing.Run;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Nested metadata comes back as it was written. */
class SourceMetadataTest {

    enum Mode {
        FAST,
        SLOW
    }

    record Optimizer(String name, double rate, float[] momentum) {}

    record Setup(
            int batch,
            long seed,
            byte level,
            boolean shuffled,
            char flag,
            Mode mode,
            Instant begun,
            Optimizer optimizer,
            int[][] shape,
            List<String> words,
            Map<String, Double> weights) {}

    private static final Setup SETUP = new Setup(
            64,
            1L << 40,
            (byte) -3,
            true,
            'ü',
            Mode.SLOW,
            Instant.parse("2026-11-21T10:00:00.5Z"),
            new Optimizer("adam", 1e-3, new float[] {0.1f, Float.MIN_VALUE}),
            new int[][] {{1, 2}, {3, 4}},
            List.of("one", "zwei", "\ud83d\ude00"),
            Map.of("a", 1.5, "b", -0.0));

    @TempDir
    Path directory;

    private Path written(boolean tree, @Nullable Record metadata, @Nullable Map<String, ?> map) {
        Path file = directory.resolve("data.h5");
        H5Writer.Builder<Object> writer = H5Writer.to(file);
        if (metadata != null) {
            writer = tree ? writer.metadataTree("meta", metadata) : writer.metadata("meta", metadata);
        } else if (map != null) {
            writer = tree ? writer.metadataTree("meta", map) : writer.metadata("meta", map);
        }
        Run.write(writer, Flux.empty());
        return file;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void records(boolean tree) {
        try (H5Source h5 = H5Source.open(written(tree, SETUP, null))) {
            assertThat(h5.metadata("meta", Setup.class))
                    .usingRecursiveComparison()
                    .isEqualTo(SETUP);
            assertThat(h5.metadata("/meta").get("optimizer"))
                    .isEqualTo(Map.of("name", "adam", "rate", 1e-3, "momentum", List.of((double) 0.1f, (double)
                            Float.MIN_VALUE)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void maps(boolean tree) {
        Map<String, Object> map = Map.of(
                "text",
                "a \"quoted\" \\ ü\n",
                "numbers",
                List.of(1, 2, 3),
                "large",
                1L << 60,
                "real",
                2.5,
                "nested",
                Map.of("flag", true, "inner", Map.of("x", List.of(List.of(1.5, 2.5), List.of(-1.0, 0.0)))));
        try (H5Source h5 = H5Source.open(written(tree, null, map))) {
            assertThat(h5.metadata("meta")).isEqualTo(map);
            assertThat((Map<?, ?>) h5.root().metadata("/meta", Map.class)).isEqualTo(map);
        }
    }

    @Test
    void whatOnlyJsonHolds() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("null", null);
        map.put("nan", Double.NaN);
        map.put("limits", List.of(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
        map.put("huge", BigInteger.TEN.pow(40));
        map.put("mixed", Arrays.asList(1, "two", Map.of("three", 3.0), null, List.of()));
        map.put("none", Map.of());
        try (H5Source h5 = H5Source.open(written(false, null, map))) {
            assertThat(h5.metadata("meta")).isEqualTo(map);
        }
    }

    @Test
    void whatPythonWrites() {
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        Python.run("""
                import h5py, json, sys
                with h5py.File(sys.argv[1], 'w') as f:
                    f['meta'] = json.dumps({'a': [1, 2.0, None], 'b': {'c': 'ü/😀'}, 'd': float('inf')}, indent=2, ensure_ascii=False)
                    f.create_group('tree/deeper').attrs['x'] = [1, 2]
                    f['tree'].attrs['y'] = 'text'
                """, file);
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.metadata("meta"))
                    .isEqualTo(Map.of(
                            "a",
                            Arrays.asList(1, 2.0, null),
                            "b",
                            Map.of("c", "ü/\ud83d\ude00"),
                            "d",
                            Double.POSITIVE_INFINITY));
            assertThat(h5.metadata("tree")).isEqualTo(Map.of("y", "text", "deeper", Map.of("x", List.of(1, 2))));
        }
    }

    record Small(byte a, List<Integer> b) {}

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{\"a\":1,\"b\":[1,2.5]}|expected java.lang.Integer at /b[1], found 2.5",
                "{\"a\":300,\"b\":[]}|expected byte at /a, found 300",
                "{\"a\":null,\"b\":[]}|expected byte at /a, found null",
                "{\"a\":1}|expected the members [a, b], found [a]",
                "[1]|expected RECORD, found [1]",
                "{\"a\":1,}|expected JSON with '\"' at character 7, found \"}\"",
                "{\"a\":01}|expected JSON with a value at character 5, found \"01}\"",
                "{\"a\":1} x|expected JSON with the end at character 8, found \"x\"",
                "{\"a\"|expected JSON with more at character 4, found its end",
                "`\"\\u12`|expected JSON with an escape at character 2, found \"u12\""
            })
    void whatDoesNotFitIsSaid(String json, String message) {
        Path file = directory.resolve("data.h5");
        Hdf5Calls.make(file, id -> {
            long type = Foreign.string(0, Foreign.Padding.NULLTERM, true).make();
            Hdf5Calls.dataset(
                    id,
                    "meta",
                    type,
                    new long[0],
                    null,
                    null,
                    dataset -> H5.H5Dwrite_VLStrings(dataset, type, 0, 0, 0, new String[] {json}));
        });
        try (H5Source h5 = H5Source.open(file)) {
            assertThatThrownBy(() -> h5.metadata("meta", Small.class))
                    .isInstanceOf(H5SchemaException.class)
                    .hasMessage(file + ": /meta: " + message.replace("RECORD", Small.class.getName()));
        }
    }

    @Test
    void whatIsNotThereIsSaid() {
        try (H5Source h5 = H5Source.open(written(false, null, Map.of("a", 1)))) {
            assertThatThrownBy(() -> h5.metadata("other"))
                    .isInstanceOf(H5SchemaException.class)
                    .hasMessageContaining("/other: expected a dataset, found nothing; / has meta");
        }
    }
}
