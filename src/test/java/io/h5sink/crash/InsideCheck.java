package io.h5sink.crash;

import io.h5sink.crash.Expected.Rows;
import io.h5sink.judge.Contents;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Checks what one file holds, as jHDF reads it. */
final class InsideCheck {

    /** What is wrong. */
    private static final class Wrong extends RuntimeException {

        private static final long serialVersionUID = 1;

        Wrong(String message) {
            super(message);
        }
    }

    private final Expected expected;
    private final Contents contents;
    private final Map<String, List<?>> found = new TreeMap<>();

    private InsideCheck(Expected expected, Contents contents) {
        this.expected = expected;
        this.contents = contents;
    }

    static Verdict of(Expected expected, Path file) {
        if (!Files.exists(file)) {
            return new Verdict(Verdict.State.ABSENT, -1, "");
        }
        try {
            return Contents.torn(file, contents -> {
                try {
                    return new Verdict(Verdict.State.RIGHT, new InsideCheck(expected, contents).records(), "");
                } catch (RuntimeException | AssertionError e) {
                    return new Verdict(Verdict.State.WRONG, -1, e.toString());
                }
            });
        } catch (RuntimeException | AssertionError e) {
            return new Verdict(Verdict.State.REFUSED, -1, e.toString());
        }
    }

    private int records() {
        noStrangers();
        expected.rows().keySet().stream()
                .filter(path -> contents.objects().containsKey(path))
                .forEach(path -> found.put(path, values(path)));
        for (int n = 0; n <= expected.records(); n += expected.commit()) {
            if (hasLengthsOf(n)) {
                allIsRight(n);
                return n;
            }
        }
        Map<String, Integer> lengths = new TreeMap<>();
        found.forEach((path, values) -> lengths.put(path, values.size()));
        throw new Wrong("no commit left these rows: " + lengths);
    }

    private boolean hasLengthsOf(int records) {
        return expected.rows().keySet().stream()
                .filter(path -> !expected.latest().contains(path))
                .allMatch(path -> found.getOrDefault(path, List.of()).size()
                        == expected.rows().get(path).length(records));
    }

    private void noStrangers() {
        Set<String> known = new HashSet<>(expected.constants().keySet());
        for (String path : expected.rows().keySet()) {
            known.addAll(List.of(path, path + "/values", path + "/offsets"));
        }
        contents.objects().forEach((path, node) -> {
            boolean own = path.startsWith("/dim_") || path.startsWith("/.h5sink/");
            if (node instanceof Dataset && !known.contains(path) && !own) {
                throw new Wrong("nobody wrote " + path);
            }
            Attribute labels = node.getAttribute("DIMENSION_LIST");
            if (labels != null) {
                ((List<?>) contents.value(labels))
                        .forEach(axis -> ((List<?>) axis).forEach(scale -> contents.at(contents.path(scale))));
            }
        });
    }

    /** The rows of a dataset or a ragged group; a single one if the dataset has one value. */
    private List<?> values(String path) {
        Node node = contents.at(path);
        if (!(node instanceof Group)) {
            return dataset(path);
        }
        List<?> elements = dataset(path + "/values");
        List<?> offsets = dataset(path + "/offsets");
        List<Object> rows = new ArrayList<>();
        long end = 0;
        for (int i = 0; i < offsets.size(); i++) {
            long next = ((Number) offsets.get(i)).longValue();
            if (i == 0 ? next != 0 : next > elements.size()) {
                throw new Wrong(path + ": the offset " + i + " is " + next);
            }
            if (i > 0) {
                rows.add(elements.subList((int) end, (int) next));
            }
            end = next;
        }
        if (end != elements.size()) {
            throw new Wrong(path + ": " + elements.size() + " values, but the last offset is " + end);
        }
        return rows;
    }

    private List<?> dataset(String path) {
        Object value = contents.nested(path);
        boolean rows = value instanceof List
                && !expected.latest().contains(path)
                && !expected.constants().containsKey(path);
        return rows ? (List<?>) value : List.of(value);
    }

    private void allIsRight(int records) {
        expected.rows().forEach((path, wanted) -> compare(path, wanted, wanted.length(records)));
        if (records > 0) {
            expected.constants().forEach((path, wanted) -> equal(path, wanted, contents.nested(path)));
            expected.attributes().forEach((place, wanted) -> {
                String[] words = place.split(" ");
                equal(place, wanted, contents.value(contents.at(words[0]).getAttribute(words[1])));
            });
        }
    }

    private void compare(String path, Rows wanted, int length) {
        if (length > 0 && expected.latest().contains(path)) {
            equal(
                    path,
                    wanted.values().get(length - 1),
                    found.getOrDefault(path, List.of("nothing")).get(0));
            return;
        }
        for (int i = 0; i < length; i++) {
            equal(path + "[" + i + "]", wanted.values().get(i), found.get(path).get(i));
        }
    }

    private static void equal(String place, Object wanted, Object found) {
        if (!Expected.json(wanted).equals(Expected.json(found))) {
            throw new Wrong(place + " is " + Expected.json(found) + ", not " + Expected.json(wanted));
        }
    }
}
