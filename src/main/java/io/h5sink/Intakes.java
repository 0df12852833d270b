package io.h5sink;

import io.h5sink.block.BlockPool;
import io.h5sink.block.Room;
import io.h5sink.schema.SchemaViolation;
import java.util.Map;

/** Which intake takes what. */
final class Intakes {

    private Intakes() {}

    /** The intake for records like the first one. */
    static Intake of(Object first, Settings settings, BlockPool pool, Room room) {
        Intake columns = columns(first, settings, pool, room);
        SourcePosition position = settings.position();
        return position == null ? columns : new PositionedIntake(columns, position);
    }

    private static Intake columns(Object first, Settings settings, BlockPool pool, Room room) {
        if (first instanceof Record record) {
            return new RecordIntake(record, settings, pool, room);
        }
        if (settings.layout() == Layout.TABLE) {
            throw SchemaViolation.ofRecord(
                    "a Java record, for layout(TABLE)", first.getClass().getTypeName());
        }
        if (first instanceof H5Record || first instanceof Map<?, ?>) {
            return new NamedIntake(settings, pool, room);
        }
        throw SchemaViolation.ofRecord(
                "a Java record, an H5Record or a Map", first.getClass().getTypeName());
    }
}
