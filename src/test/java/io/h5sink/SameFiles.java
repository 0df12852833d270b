package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.hdf5.ForeignComparison;
import io.jhdf.api.Dataset;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Whether two files have the same objects, as all readers see them that are there; that filters differ is not minded. */
public final class SameFiles {

    private SameFiles() {}

    public static void assertSame(Path one, Path other) {
        assertSameHere(one, other);
        mustBeWhatJhdfReads(other);
        if (Python.isPresent()) {
            assertThat(Python.run(RepackedScripts.COMPARE, one, other)).isEqualToIgnoringWhitespace("same");
        }
        if (Tool.isPresent("h5diff")) {
            Tool.Answer answer = Tool.run("h5diff", "-c", one, other);
            assertThat(answer.output().lines())
                    .allMatch(line -> line.endsWith("is an empty dataset") || line.endsWith("is a virtual dataset"));
            assertThat(answer.status()).isZero();
        }
    }

    /** The same for files of newer formats than others here may know. */
    static void assertSameHere(Path one, Path other) {
        ForeignComparison.Paths paths = ForeignComparison.assertSame(one, other);
        try (H5Source first = H5Source.open(one);
                H5Source second = H5Source.open(other)) {
            for (String path : paths.groups()) {
                assertThat(text(second.group(path).attributes()))
                        .as(path)
                        .isEqualTo(text(first.group(path).attributes()));
            }
            for (String path : paths.datasets()) {
                assertThat(shown(second.dataset(path))).as(path).isEqualTo(shown(first.dataset(path)));
            }
        }
    }

    /** {@link Contents} compares all that is read. */
    private static void mustBeWhatJhdfReads(Path file) {
        try {
            Contents.of(file, false, contents -> {
                contents.objects().forEach((path, node) -> {
                    if (node instanceof Dataset dataset) {
                        contents.elements(path, dataset);
                    }
                });
                return null;
            });
        } catch (Contents.Unreadable e) {
            // jHDF knows no file that has a reference to a region
        }
    }

    private static String shown(H5Dataset dataset) {
        String attributes = text(dataset.attributes());
        try {
            return attributes + text(dataset.fillValue()) + text(dataset.read());
        } catch (H5SchemaException e) { // Java has no value for it
            return attributes + e.expected();
        }
    }

    private static String text(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return new TreeMap<>(map)
                    .entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
                            .collect(Collectors.joining(", ", "{", "}"));
        } else if (value != null && value.getClass().isArray()) {
            return IntStream.range(0, Array.getLength(value))
                    .mapToObj(i -> text(Array.get(value, i)))
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        return String.valueOf(value);
    }
}
