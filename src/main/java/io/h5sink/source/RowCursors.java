package io.h5sink.source;

import io.h5sink.H5Record;
import io.h5sink.jhdf5.read.ReadableFile;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ElementHints;
import io.h5sink.schema.RecordPlan;
import io.h5sink.schema.ValueMismatch;
import io.h5sink.schema.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens cursors: finds the columns from which records, named quantities or arrays are read. On the HDF5 thread. */
public final class RowCursors {

    private static final String TABLE = "table";

    private RowCursors() {}

    /** A cursor over rows as records of a type. */
    public static <T> RowCursor<T> records(
            SourceHandle reading, ReadableFile file, RowCursor.Spec spec, Class<T> type) {
        if (file.kind(spec.path()) == ReadableFile.Kind.GROUP) {
            String prefix = RowOrigin.within(spec.path());
            RecordPlan plan = plan(reading, file, spec, type, prefix);
            boolean columns = plan.leaves().stream().anyMatch(leaf -> file.kind(prefix + leaf.path()) != null);
            if (columns || file.kind(prefix + TABLE) != ReadableFile.Kind.DATASET) {
                RowCursor<T> cursor = new RowCursor<>(reading, false, values -> type.cast(plan.make(values)));
                return cursor.opening(spec, () -> {
                    for (RecordPlan.Leaf leaf : plan.leaves()) {
                        cursor.add(file, prefix + leaf.path(), leaf.type(), leaf.component());
                    }
                });
            }
            return records(reading, file, spec.of(prefix + TABLE), type);
        }
        RowCursor<T> cursor =
                new RowCursor<>(reading, false, values -> type.cast(Objects.requireNonNull(values.get(0))));
        if (!spec.selected().isEmpty()) {
            plan(reading, file, spec, type, spec.path() + "/"); // throws if a component is not selected
        }
        return cursor.opening(spec, () -> cursor.add(file, spec.path(), type, null));
    }

    private static RecordPlan plan(
            SourceHandle reading, ReadableFile file, RowCursor.Spec spec, Class<?> type, String prefix) {
        try {
            RecordPlan plan = RecordPlan.of(type, path -> file.kind(prefix + path) == ReadableFile.Kind.GROUP);
            for (RecordPlan.Leaf leaf : plan.leaves()) {
                if (!spec.selected().isEmpty() && !spec.selected().contains(leaf.path())) {
                    throw new ValueMismatch(
                            "components among the selected columns " + spec.selected(), "\"" + leaf.path() + '"');
                }
            }
            return plan;
        } catch (ValueMismatch e) {
            throw reading.mismatch(e, spec.path(), -1);
        }
    }

    /** A cursor over rows as named quantities. */
    public static RowCursor<H5Record> named(SourceHandle reading, ReadableFile file, RowCursor.Spec spec) {
        List<String> names = new ArrayList<>();
        RowCursor<H5Record> cursor = new RowCursor<>(reading, true, values -> {
            H5Record record = null;
            for (int i = 0; i < values.size(); i++) {
                Object value = values.get(i);
                if (value instanceof Map<?, ?> members && names.get(i).isEmpty()) {
                    for (Map.Entry<?, ?> member : members.entrySet()) {
                        if (!spec.selected().isEmpty() && !spec.selected().contains(member.getKey())) {
                            continue;
                        }
                        record = with(record, (String) member.getKey(), Objects.requireNonNull(member.getValue()));
                    }
                } else if (value != null) {
                    record = with(record, names.get(i), value);
                }
            }
            return Objects.requireNonNull(record);
        });
        return cursor.opening(spec, () -> {
            if (file.kind(spec.path()) != ReadableFile.Kind.GROUP) {
                cursor.add(file, spec.path(), Object.class, null);
                ColumnType type = cursor.column().type();
                boolean table = type.kind() == ColumnType.Kind.COMPOUND;
                if (table) {
                    mustHave(type, spec.selected());
                }
                names.add(table ? "" : spec.path().substring(spec.path().lastIndexOf('/') + 1));
                return;
            }
            String prefix = RowOrigin.within(spec.path());
            List<String> found = spec.selected().isEmpty() ? RowNames.in(file, spec.path()) : spec.selected();
            for (String name : found) {
                cursor.add(file, prefix + name, Object.class, null);
                names.add(name);
            }
            if (spec.growing()) {
                cursor.dropShorter(spec.from(), names);
            }
        });
    }

    private static void mustHave(ColumnType table, List<String> selected) {
        List<String> members =
                table.members().stream().map(ColumnType.Member::name).toList();
        for (String name : selected) {
            if (!members.contains(name)) {
                throw new ValueMismatch("selected columns among the members " + members, '"' + name + '"');
            }
        }
    }

    private static H5Record with(@Nullable H5Record record, String name, Object value) {
        return record == null ? H5Record.of(name, value) : record.and(name, value);
    }

    /** A cursor over a dataset's chunks; the type is that of an array of rows. */
    public static <A> RowCursor<A> chunks(SourceHandle reading, ReadableFile file, RowCursor.Spec spec, Class<A> type) {
        RowCursor<A> cursor = new RowCursor<>(reading, false, values -> type.cast(values.get(0)));
        return cursor.opening(spec, () -> {
            cursor.add(file, spec.path(), Object.class, null);
            ColumnReader column = cursor.column();
            cursor.whole(rows -> {
                List<Integer> extents = column.extents();
                extents.add(0, rows);
                return Values.reader(
                        column.type(), extents, type, ElementHints.NONE, (member, component) -> ElementHints.NONE);
            });
        });
    }

    /** True if the file has at least one of the datasets that are to be read. */
    static boolean isThere(SourceHandle reading, ReadableFile file, RowCursor.Spec spec, @Nullable Class<?> type) {
        ReadableFile.Kind kind = file.kind(spec.path());
        if (kind != ReadableFile.Kind.GROUP) {
            return kind != null;
        }
        String prefix = RowOrigin.within(spec.path());
        if (type == null) {
            return spec.selected().isEmpty()
                    ? !RowNames.in(file, spec.path()).isEmpty()
                    : spec.selected().stream().anyMatch(name -> file.kind(prefix + name) != null);
        }
        return file.kind(prefix + TABLE) == ReadableFile.Kind.DATASET
                || plan(reading, file, spec, type, prefix).leaves().stream()
                        .anyMatch(leaf -> file.kind(prefix + leaf.path()) != null);
    }
}
