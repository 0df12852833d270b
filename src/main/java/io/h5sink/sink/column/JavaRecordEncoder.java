package io.h5sink.sink.column;

import io.h5sink.Layout;
import io.h5sink.buffer.BlockPlan;
import io.h5sink.buffer.BlockPool;
import io.h5sink.buffer.ColumnBlocks;
import io.h5sink.buffer.MemoryBudget;
import io.h5sink.engine.WritableFile;
import io.h5sink.schema.Axes;
import io.h5sink.schema.Column;
import io.h5sink.schema.ColumnRule;
import io.h5sink.schema.RecordAxes;
import io.h5sink.schema.RecordSchema;
import io.h5sink.schema.RowEncoder;
import io.h5sink.schema.SchemaViolation;
import io.h5sink.schema.TypeInference;
import io.h5sink.sink.settings.Settings;
import java.nio.Buffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Encodes Java records of one type: a column for each component, all of the same length. */
final class JavaRecordEncoder extends ColumnEncoder {

    /** The name of the table in a group, as in pandas. */
    private static final String TABLE = "table";

    /** The path of the internal column that holds the number of each record's route; no dataset. */
    private static final Column ROUTE =
            TypeInference.column("route", 0, int.class, ColumnRule.NONE, (path, component) -> ColumnRule.NONE);

    private static final byte[] NOTHING = {};

    private final RecordSchema schema;
    private final Axes axes;
    private final @Nullable Routes routes;
    private final Class<?> type;
    private final RowEncoder rowEncoder;
    private final BufferedColumn[] buffers;
    private final int[] varying;

    /** The rows of the varying columns of a record, until all of them are known. */
    private final byte[][] varyingRows;

    private final BlockPlan plan;

    /** The bytes of a record's columns of fixed size, and of its position. */
    private final long fixedCost;

    /** The largest number of bytes that blocks hold beyond the rows in flight, without rows of varying size. */
    private final long fixedSlack;

    // One entry for each column: its open block from the row on at which any of them was opened last, and the row
    // behind it.
    private final Buffer[] rows;
    private final long[] ends;
    private long lastRoll;
    private long nextRoll;

    JavaRecordEncoder(Record first, Settings settings, BlockPool pool, MemoryBudget budget) {
        super(settings, pool, budget);
        schema = settings.layout() == Layout.TABLE
                ? RecordSchema.table(TABLE, first, settings.columns())
                : RecordSchema.columns(first, settings.columns());
        for (Column column : schema.columns()) {
            if (column.rule().latest()) {
                throw new SchemaViolation(column.name(), "a column with a row for each record", "one that is latest()");
            }
        }
        axes = settings.layout() == Layout.TABLE
                ? Axes.NONE
                : RecordAxes.of(schema.columns(), settings.columns().axis());
        type = schema.type();
        checkNames();
        rowEncoder = schema.encoder();
        List<Column> columns = schema.columns();
        Function<Object, @Nullable String> route = settings.route();
        routes = route == null ? null : new Routes(route, settings.group());
        if (routes != null) {
            columns = new ArrayList<>(columns);
            columns.add(ROUTE);
        }
        buffers = new BufferedColumn[columns.size()];
        long[] rowBytes = new long[buffers.length];
        int[] chunkRows = new int[buffers.length];
        int[] found = new int[buffers.length];
        int count = 0;
        long planned = 0;
        long cost = settings.positionBytes();
        for (int i = 0; i < buffers.length; i++) {
            Column column = columns.get(i);
            buffers[i] = buffered(column, settings.group(), false, 1);
            rowBytes[i] = plannedBytes(column.type());
            chunkRows[i] = chunkRows(column);
            planned += rowBytes[i];
            if (column.type().variable()) {
                found[count++] = i;
            } else {
                cost += buffers[i].blocks().rowCost(0);
            }
        }
        checkSize(planned);
        plan = BlockPlan.of(settings.blockMemory(), rowBytes, chunkRows);
        varying = Arrays.copyOf(found, count);
        varyingRows = new byte[varying.length][];
        rows = new Buffer[buffers.length];
        ends = new long[buffers.length];
        fixedCost = cost;
        fixedSlack = plan.slack() + settings.positionSlack();
        if (varying.length == 0) {
            budget.fixed(fixedCost, fixedSlack);
        }
        if (routes == null) {
            for (BufferedColumn buffered : buffers) {
                publish(buffered);
            }
        }
    }

    /** Refuses declarations of columns that the record type lacks. */
    private void checkNames() {
        List<String> known = schema.names();
        for (String name : new TreeSet<>(settings.columns().names())) {
            if (!known.contains(name)) {
                throw new SchemaViolation(
                        name,
                        "one of the columns of " + schema.type().getTypeName() + ": " + String.join(", ", known),
                        "column(\"" + name + "\", …)");
            }
        }
    }

    @Override
    public ColumnWriters writers(WritableFile store, Demand demand) {
        if (routes == null) {
            return StraightColumnWriters.lockstep(this, axes, store, demand);
        }
        List<BufferedColumn> all = List.of(buffers);
        int last = buffers.length - 1;
        return new RoutedColumnWriters(all.subList(0, last), buffers[last], routes.added(), axes, this, store);
    }

    @Override
    public String group() {
        return routes == null ? super.group() : routes.group();
    }

    @Override
    public boolean encode(Object record, long ordinal) {
        if (record.getClass() != type) {
            throw otherType(record);
        }
        long row = ordinal - 1;
        if (row == nextRoll) {
            roll(row);
        }
        if (routes != null) {
            putRoute(routes.number(record, ordinal), row);
        }
        if (varying.length == 0) {
            rowEncoder.encode(record, rows, (int) (row - lastRoll));
            budget.receivedFixed(ordinal);
            return ordinal == nextRoll;
        }
        return acceptVarying(record, ordinal) || ordinal == nextRoll;
    }

    private SchemaViolation otherType(Object record) {
        return SchemaViolation.ofRecord(
                "a " + type.getTypeName() + ", like the first record",
                record.getClass().getTypeName());
    }

    private void putRoute(int number, long row) {
        ((IntBuffer) rows[buffers.length - 1]).put((int) (row - lastRoll), number);
    }

    private boolean acceptVarying(Object record, long ordinal) {
        long bytes = encodeVarying(record);
        rowEncoder.encode(record, rows, (int) (ordinal - 1 - lastRoll));
        checkSize(bytes); // before any block grows for a record that is refused
        boolean full = false;
        long slack = fixedSlack;
        for (int v = 0; v < varying.length; v++) {
            int i = varying[v];
            ColumnBlocks blocks = buffers[i].blocks();
            if (blocks.variable(varyingRows[v])) {
                full = true;
                ends[i] = blocks.end(); // the chunk grid may have become known since the last roll
                nextRoll = Math.min(nextRoll, ends[i]);
            }
            varyingRows[v] = NOTHING;
            bytes += blocks.unusedBefore();
            slack += blocks.slack();
        }
        for (int i : varying) {
            buffers[i].blocks().advance();
        }
        budget.received(ordinal, bytes, slack);
        return full;
    }

    /** Encodes the rows of the varying columns, and returns the size of the whole record. */
    private long encodeVarying(Object record) {
        long bytes = fixedCost;
        for (int v = 0; v < varying.length; v++) {
            BufferedColumn buffered = buffers[varying[v]];
            varyingRows[v] = buffered.column().bytes(schema.component(varying[v], record));
            bytes += buffered.blocks().rowCost(varyingRows[v].length);
        }
        return bytes;
    }

    @Override
    public void undo(long ordinal) {
        Arrays.fill(varyingRows, NOTHING);
        if (routes != null) {
            routes.undo(ordinal);
        }
    }

    @Override
    public void discard() {
        for (BufferedColumn buffered : buffers) {
            buffered.blocks().discard();
        }
    }

    private void roll(long row) {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < buffers.length; i++) {
            ColumnBlocks blocks = buffers[i].blocks();
            if (ends[i] == row) {
                ends[i] = blocks.roll(row, plan.rows(i));
            }
            rows[i] = i < schema.columns().size()
                    ? schema.rows(i, blocks.buffer(), blocks.index(row))
                    : blocks.buffer().asIntBuffer().position(blocks.index(row)).slice();
            next = Math.min(next, ends[i]);
        }
        lastRoll = row;
        nextRoll = next;
    }
}
