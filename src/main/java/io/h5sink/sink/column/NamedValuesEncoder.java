package io.h5sink.sink.column;

import io.h5sink.H5Record;
import io.h5sink.buffer.BlockPool;
import io.h5sink.buffer.ColumnBlocks;
import io.h5sink.buffer.MemoryBudget;
import io.h5sink.engine.WritableFile;
import io.h5sink.schema.Column;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.Nested;
import io.h5sink.schema.SchemaViolation;
import io.h5sink.schema.TypeInference;
import io.h5sink.sink.settings.Quantities;
import io.h5sink.sink.settings.Settings;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Encodes {@link H5Record}s and maps: a column for each name, each of a length of its own, created when the name first appears. A value that is
 * a record or a map itself becomes a group.
 *
 * <p>A column starts with small blocks, which double each time that one is full, so that many names that get few values
 * need little memory.
 */
final class NamedValuesEncoder extends ColumnEncoder {

    private static final int FIRST_BLOCK_BYTES = 1 << 10;
    private static final int MAX_VARIABLE_ROWS = 1 << 10;

    /** A column with the state that belongs to the publisher's thread. */
    private static final class NamedColumn {
        final BufferedColumn buffered;
        final int chunkRows;
        final long rowBytes;
        int blockRows;
        long slack;
        long lastAttempt;

        /** The row of a varying column, until all rows of the record are known. */
        byte @Nullable [] pending;

        NamedColumn(BufferedColumn buffered, int chunkRows, long rowBytes) {
            this.buffered = buffered;
            this.chunkRows = chunkRows;
            this.rowBytes = rowBytes;
        }
    }

    private final @Nullable Function<Object, @Nullable String> route;
    private final Quantities quantities;
    private final long positionBytes;

    /** The names in each group that records were routed to. */
    private final Map<String, Map<String, NamedColumn>> byGroup = new HashMap<>();

    private String group;
    private Map<String, NamedColumn> byName = new HashMap<>();
    private final Map<String, NamedColumn> byPath = new HashMap<>();
    /** The groups of all columns, and a column in each. */
    private final Map<String, String> groups = new HashMap<>();

    private final List<NamedColumn> touched = new ArrayList<>();
    private final List<NamedColumn> created = new ArrayList<>();

    // Of the record that is being encoded.
    private final List<String> newNames = new ArrayList<>();
    private final List<String> newGroups = new ArrayList<>();

    private final Nested.NestedLeaves leaves = this::putLeaf;
    private long attempt;
    private long slack;
    private long bytes;
    private long nextOrdinal;

    NamedValuesEncoder(Settings settings, BlockPool pool, MemoryBudget budget) {
        super(settings, pool, budget);
        route = settings.route();
        quantities = settings.quantities();
        group = settings.group();
        slack = settings.positionSlack();
        positionBytes = settings.positionBytes();
    }

    @Override
    public String group() {
        return group;
    }

    @Override
    public boolean encode(Object record, long ordinal) {
        attempt++;
        bytes = positionBytes;
        nextOrdinal = ordinal;
        touched.clear();
        if (route != null) {
            group = Routes.path(settings.group(), route.apply(record));
            byName = byGroup.computeIfAbsent(group, path -> new HashMap<>());
        }
        if (record instanceof H5Record named) {
            quantities.forEach(named, this::put);
        } else if (record instanceof Map<?, ?> map) {
            map.forEach(this::putEntry);
        } else {
            throw SchemaViolation.ofRecord(
                    "an H5Record or a Map, like the first record",
                    record.getClass().getTypeName());
        }
        checkSize(bytes); // before any block grows for a record that is refused
        return take(ordinal);
    }

    /** Publishes the rows that were put. */
    private boolean take(long ordinal) {
        boolean full = !created.isEmpty(); // whether a new column fits is found out at once, not with the next commit
        long unused = 0;
        for (NamedColumn named : touched) {
            ColumnBlocks blocks = named.buffered.blocks();
            if (named.pending != null) {
                full |= blocks.variable(named.pending);
                named.pending = null;
                countSlack(named);
            }
            unused += blocks.unusedBefore();
        }
        for (NamedColumn named : created) {
            publish(named.buffered);
        }
        created.clear();
        newNames.clear();
        newGroups.clear();
        for (NamedColumn named : touched) {
            named.buffered.blocks().publish(ordinal);
            full |= named.buffered.blocks().full();
        }
        budget.received(ordinal, Math.max(1, bytes + unused), slack);
        return full;
    }

    @Override
    public void undo(long ordinal) {
        for (NamedColumn named : touched) {
            named.pending = null;
        }
        for (NamedColumn named : created) {
            named.buffered.blocks().discard();
            slack -= named.slack;
            byPath.remove(named.buffered.path());
        }
        newNames.forEach(byName::remove);
        newGroups.forEach(groups::remove);
        created.clear();
        newNames.clear();
        newGroups.clear();
        if (route != null && byName.isEmpty()) {
            byGroup.remove(group);
        }
    }

    @Override
    public void discard() {
        // which undo did: there are no columns but those of the record that was refused
    }

    private void putEntry(@Nullable Object name, @Nullable Object value) {
        if (!(name instanceof String text)) {
            throw SchemaViolation.ofRecord(
                    "a map with String keys",
                    name == null
                            ? "the key null"
                            : "a key of " + name.getClass().getTypeName());
        }
        put(text, value);
    }

    private void put(String name, @Nullable Object value) {
        Nested.forEach(name, value, leaves);
    }

    private void putLeaf(String name, @Nullable RecordComponent component, @Nullable Object value) {
        NamedColumn named = byName.get(name);
        if (named == null) {
            named = named(name, component, value);
        }
        if (named.lastAttempt == attempt) {
            throw new SchemaViolation(name, "each name once in a record", "the name twice");
        }
        named.lastAttempt = attempt;
        BufferedColumn buffered = named.buffered;
        if (buffered.blocks().full()) {
            roll(named);
            countSlack(named);
        }
        touched.add(named);
        if (buffered.column().type().variable()) {
            named.pending = buffered.column().bytes(value);
        } else {
            buffered.column()
                    .put(value, buffered.blocks().buffer(), buffered.blocks().offset());
        }
        bytes += buffered.blocks().rowCost(named.pending == null ? 0 : named.pending.length);
    }

    private void countSlack(NamedColumn named) {
        long slackNow = named.buffered.blocks().slack();
        slack += slackNow - named.slack;
        named.slack = slackNow;
    }

    private NamedColumn named(String name, @Nullable RecordComponent component, @Nullable Object value) {
        Column column = TypeInference.column(
                name,
                value,
                component == null ? Object.class : component.getGenericType(),
                settings.columns().of(name.startsWith("/") ? name.substring(1) : name, component),
                settings.columns());
        BufferedColumn buffered = buffered(column, group, true, nextOrdinal);
        NamedColumn known = byPath.get(buffered.path()); // "/a" and "a" are the same
        if (known == null) {
            checkPlace(name, buffered.path());
            ColumnType type = column.type();
            checkSize(plannedBytes(type));
            int chunkRows = chunkRows(column);
            known = new NamedColumn(
                    buffered, type.variable() ? Math.min(chunkRows, MAX_VARIABLE_ROWS) : chunkRows, plannedBytes(type));
            byPath.put(buffered.path(), known);
            created.add(known);
        }
        byName.put(name, known);
        newNames.add(name);
        return known;
    }

    /** Refuses a path that would be that of a dataset and of a group. */
    private void checkPlace(String name, String path) {
        String held = groups.get(path);
        if (held != null) {
            throw new SchemaViolation(name, "a dataset", "a group, which holds " + held);
        }
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String group = path.substring(0, slash);
            if (byPath.containsKey(group)) {
                throw new SchemaViolation(name, "a group at " + group + ", to hold it", "a dataset");
            }
            if (groups.putIfAbsent(group, path) == null) {
                newGroups.add(group);
            }
        }
    }

    /** Opens the next block, twice as large as the last one if the memory allows. */
    private void roll(NamedColumn named) {
        int last = named.blockRows;
        long wanted = last == 0 ? FIRST_BLOCK_BYTES / named.rowBytes : 2L * last;
        int rows = (int) Math.max(1, Math.min(wanted, named.chunkRows));
        if (last == 0 || slack + 2L * (rows - last) * named.rowBytes <= settings.memory() / 2) {
            named.blockRows = rows;
        }
        named.buffered.blocks().roll(named.buffered.blocks().row(), named.blockRows);
    }

    @Override
    public ColumnWriters writers(WritableFile store, Demand demand) {
        return StraightColumnWriters.independent(this, store, demand);
    }
}
