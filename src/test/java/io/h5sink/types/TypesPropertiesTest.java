package io.h5sink.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Compression;
import io.h5sink.H5ReadException;
import io.h5sink.H5Record;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.jhdf5.Library;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.testing.Await;
import io.h5sink.testing.Run;
import io.h5sink.testing.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Whatever a record is made of, h5py and this library read what was written, however the stream was cut into commits and chunks. */
class TypesPropertiesTest {

    /** A component: what it holds, and how deep in records it lies. */
    record Field(Kinds kind, List<Integer> shape, int depth, boolean listed) {}

    record Pair<A, B>(A first, B second) {}

    private static List<Field> fields(Random random) {
        return Seeds.many(
                random,
                1,
                8,
                () -> new Field(
                        Seeds.of(random, Kinds.values()),
                        Seeds.many(random, 0, 3, () -> Seeds.between(random, 1, 4)),
                        random.nextInt(3),
                        random.nextBoolean()));
    }

    private static Compression compression(Random random) {
        return Seeds.of(
                        random,
                        Compression.none(),
                        Compression.gzip(1),
                        Compression.lzf(),
                        Compression.zstd(3),
                        Compression.lz4(),
                        Compression.auto())
                .shuffle(random.nextBoolean())
                .fletcher32(random.nextBoolean());
    }

    /** Whether h5py has the filter, where there is one. */
    private static boolean inPython(Compression compression) {
        if (!Python.isPresent()) {
            return true;
        }
        String codec = compression.toString();
        int filter = codec.startsWith("zstd") ? 32015 : codec.startsWith("lz4") ? 32004 : 1;
        return Python.run("import h5py, sys; print(h5py.h5z.filter_avail(int(sys.argv[1])))", filter)
                .startsWith("True");
    }

    /** A record type for each try, compiled, in columns or, where no string has a length of its own, in a table. */
    @Test
    void records() {
        Seeds.each(
                25,
                random -> withDirectory(directory -> {
                    List<Field> fields = fields(random);
                    Compression compression = compression(random);
                    boolean inTable =
                            random.nextBoolean() && fields.stream().noneMatch(field -> field.kind == Kinds.STRING);
                    Class<?> type = compiled(directory, fields);
                    Expected expected = new Expected(inTable ? "/table/" : "/");
                    Object[] records = IntStream.rangeClosed(1, Seeds.between(random, 1, 40))
                            .mapToObj(row -> instance(
                                    type,
                                    IntStream.range(0, fields.size())
                                            .mapToObj(i -> expected.value("c" + i, fields.get(i), random))
                                            .toArray()))
                            .toArray();
                    Path file = directory.resolve("data.h5");

                    Run.write(
                            H5Writer.<Object>to(file)
                                    .layout(inTable ? Layout.TABLE : Layout.COLUMNS)
                                    .commitEvery(Seeds.between(random, 1, 20))
                                    .chunkRows(Seeds.between(random, 1, 9))
                                    .compression(compression),
                            Flux.fromArray(records));

                    if (inPython(compression)) {
                        expected.assertReadFrom(file);
                    }
                    try (H5Source h5 = H5Source.open(file)) {
                        List<?> read = h5.records(type).collectList().block(Await.LIMIT);
                        assertThat(read)
                                .usingRecursiveComparison()
                                .withEqualsForType(Float::equals, Float.class) // also of NaN
                                .withEqualsForType(Double::equals, Double.class)
                                .isEqualTo(List.of(records));
                    } catch (H5ReadException e) {
                        assertThat(Library.describe()).doesNotContain("bytedeco");
                        assertThat(e).hasMessageContaining("its chunks went through filter 320");
                    }
                }));
    }

    /** Names that come and go, as named quantities and maps, in records and optionals, as arrays and lists. */
    @Test
    void names() {
        Seeds.each(
                60,
                random -> withDirectory(directory -> {
                    List<Field> fields = fields(random);
                    Expected expected = new Expected("/");
                    Object[] records = IntStream.rangeClosed(1, Seeds.between(random, 1, 40))
                            .mapToObj(row -> {
                                Map<String, Object> map = new LinkedHashMap<>();
                                for (int i = 0; i < fields.size(); i++) {
                                    if (i == 0 || random.nextBoolean()) {
                                        map.put(
                                                "c" + i,
                                                nested("c" + i, fields.get(i), fields.get(i).depth, expected, random));
                                    }
                                }
                                return random.nextBoolean() ? map : named(map);
                            })
                            .toArray();
                    Path file = directory.resolve("data.h5");

                    Run.write(
                            H5Writer.<Object>to(file)
                                    .commitEvery(Seeds.between(random, 1, 20))
                                    .chunkRows(Seeds.between(random, 1, 9)),
                            Flux.fromArray(records));

                    expected.assertReadFrom(file);
                }));
    }

    private static Object nested(String name, Field field, int depth, Expected expected, Random random) {
        if (depth == 0) {
            Object array = expected.value(name, field, random);
            Object value = field.listed ? Kinds.listed(array) : array;
            return random.nextInt(4) == 0 ? Optional.of(value) : value;
        }
        Object first = nested(name + "/first", field, depth - 1, expected, random);
        Object second = nested(name + "/second", field, depth - 1, expected, random);
        return random.nextBoolean() ? new Pair<>(first, second) : Map.of("first", first, "second", second);
    }

    private static H5Record named(Map<String, Object> map) {
        H5Record record = null;
        for (Map.Entry<String, Object> entry : map.entrySet()) {
            record = record == null
                    ? H5Record.of(entry.getKey(), entry.getValue())
                    : record.and(entry.getKey(), entry.getValue());
        }
        return record;
    }

    /** What was made up, column by column. */
    private record Expected(String group, Map<String, List<Object>> values) {

        Expected(String group) {
            this(group, new TreeMap<>());
        }

        Object value(String name, Field field, Random random) {
            Object value = field.kind.random(
                    random, field.shape, values.computeIfAbsent(group + name, path -> new ArrayList<>()));
            return value;
        }

        void assertReadFrom(Path file) {
            Map<String, List<Object>> read = new TreeMap<>();
            H5py.read(file).datasets().forEach((path, dataset) -> read.put(path, dataset.values()));
            assertThat(read).isEqualTo(values);
        }
    }

    private static Class<?> compiled(Path directory, List<Field> fields) throws IOException {
        String components = IntStream.range(0, fields.size())
                .mapToObj(
                        i -> fields.get(i).kind.declaration(fields.get(i).shape.size()) + " c" + i)
                .collect(Collectors.joining(", "));
        Path source = Files.writeString(directory.resolve("Row.java"), "public record Row(" + components + ") {}");
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-d", directory.toString(), source.toString());
        assertThat(status).isZero();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, TypesPropertiesTest.class.getClassLoader())) {
            return loader.loadClass("Row");
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Object instance(Class<?> type, Object[] values) {
        try {
            return type.getConstructors()[0].newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private interface Work {
        void in(Path directory) throws IOException;
    }

    private static void withDirectory(Work work) {
        try {
            Path directory = Files.createTempDirectory("types");
            try {
                work.in(directory);
            } finally {
                try (Stream<Path> files = Files.walk(directory)) {
                    for (Path file :
                            files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
