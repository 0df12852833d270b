package io.h5sink;

import io.h5sink.block.BlockPool;
import io.h5sink.block.MemoryBudget;
import io.h5sink.schema.SchemaViolation;
import java.util.Map;

/** Which intake takes what. */
final class RecordEncoders {

    private RecordEncoders() {}

    /** The intake for records like the first one. */
    static RecordEncoder of(Object first, Settings settings, BlockPool pool, MemoryBudget budget) {
        RecordEncoder columns = columns(first, settings, pool, budget);
        SourcePosition position = settings.position();
        return position == null ? columns : new PositionedEncoder(columns, position);
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
