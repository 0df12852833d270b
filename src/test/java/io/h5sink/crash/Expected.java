package io.h5sink.crash;

import io.h5sink.H5Record;
import io.h5sink.Layout;
import io.h5sink.judge.NumPy;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a case's file must hold once it has a number of records or fewer, in commits of some each.
 *
 * @param rows by the paths of datasets, or of the groups of ragged ones
 * @param latest paths of those that have the last value only
 */
record Expected(
        int commit,
        int records,
        Map<String, Rows> rows,
        Set<String> latest,
        Map<String, Object> constants,
        Map<String, Object> attributes) {

    /** The values of a dataset, and the ordinals of the records that they come from. */
    record Rows(List<Object> when, List<Object> values) {

        /** How many there are after some records. */
        int length(int records) {
            return (int)
                    when.stream().filter(ordinal -> (int) ordinal < records).count();
        }
    }

    static Expected of(Case what, int records, int commit) {
        Map<String, Rows> rows = new TreeMap<>();
        for (int ordinal = 0; ordinal < records; ordinal++) {
            int when = ordinal;
            Object record = what.kind().record(ordinal);
            cells(what, record).forEach((path, value) -> {
                Rows of = rows.computeIfAbsent(path, p -> new Rows(new ArrayList<>(), new ArrayList<>()));
                of.when().add(when);
                of.values().add(value);
            });
        }
        return new Expected(
                commit,
                records,
                rows,
                what.kind().latest(),
                what.kind().constants(what.layout()),
                what.kind().attributes(what.layout()));
    }

    /** All of it. */
    String json() {
        return json(components(this));
    }

    private static Map<String, Object> cells(Case what, Object record) {
        String group = what.kind().group(record);
        Map<String, Object> cells = new LinkedHashMap<>();
        if (what.layout() == Layout.TABLE) {
            cells.put(group + "/table", record);
        } else {
            put(cells, group, record);
        }
        return cells;
    }

    private static void put(Map<String, Object> cells, String path, Object value) {
        if (value instanceof H5Record named) {
            put(cells, path, named.toMap());
        } else if (value instanceof Record record) {
            put(cells, path, components(record));
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((name, part) -> put(cells, path + "/" + name, part));
        } else {
            cells.put(path, value);
        }
    }

    private static Map<String, Object> components(Record record) {
        Map<String, Object> components = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                components.put(component.getName(), component.getAccessor().invoke(record));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return components;
    }

    /** A value as it was given, or as jHDF finds it. */
    static String json(Object value) {
        StringBuilder text = new StringBuilder();
        append(text, value);
        return text.toString();
    }

    private static void append(StringBuilder json, Object value) {
        if (value instanceof Rows rows) {
            append(json, components(rows));
        } else if (value instanceof NumPy.Tuple tuple) {
            append(json, tuple.members());
        } else if (value instanceof NumPy.Constant constant) {
            json.append(constant.number());
        } else if (value instanceof Map<?, ?> map) {
            String comma = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                append(json.append(comma), String.valueOf(entry.getKey()));
                append(json.append(':'), entry.getValue());
                comma = ",";
            }
            json.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Record record) {
            append(json, new ArrayList<>(components(record).values()));
        } else if (value instanceof Collection<?> list) {
            append(json, list.toArray());
        } else if (value.getClass().isArray()) {
            json.append('[');
            for (int i = 0; i < Array.getLength(value); i++) {
                append(i == 0 ? json : json.append(','), Array.get(value, i));
            }
            json.append(']');
        } else if (value instanceof Enum<?> constant) {
            json.append(constant.ordinal());
        } else if (value instanceof Instant time) {
            json.append(time.getEpochSecond() * 1_000_000_000 + time.getNano());
        } else if (value instanceof String text) {
            json.append('"').append(text.replace("\"", "\\\"")).append('"'); // no kind needs more
        } else {
            json.append(value);
        }
    }
}
