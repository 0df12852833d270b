package io.h5sink.sink.column;

import io.h5sink.H5Record;
import io.h5sink.Layout;
import io.h5sink.buffer.BlockPool;
import io.h5sink.buffer.MemoryBudget;
import io.h5sink.schema.SchemaViolation;
import io.h5sink.sink.settings.Settings;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Chooses the encoder for the records of a session. */
public final class RecordEncoders {

    private RecordEncoders() {}

    /**
     * The encoder for records of the type of the first one.
     *
     * @param positions tracks the positions of the records; null if positions are not tracked
     */
    public static RecordEncoder of(
            Object first, Settings settings, BlockPool pool, MemoryBudget budget, @Nullable PositionTracker positions) {
        RecordEncoder columns = columns(first, settings, pool, budget);
        return positions == null ? columns : new PositionedEncoder(columns, positions, settings.group());
    }

    private static RecordEncoder columns(Object first, Settings settings, BlockPool pool, MemoryBudget budget) {
        if (first instanceof Record record) {
            return new JavaRecordEncoder(record, settings, pool, budget);
        }
        if (settings.layout() == Layout.TABLE) {
            throw SchemaViolation.ofRecord(
                    "a Java record, for layout(TABLE)", first.getClass().getTypeName());
        }
        if (first instanceof H5Record || first instanceof Map<?, ?>) {
            return new NamedValuesEncoder(settings, pool, budget);
        }
        throw SchemaViolation.ofRecord(
                "a Java record, an H5Record or a Map", first.getClass().getTypeName());
    }
}
