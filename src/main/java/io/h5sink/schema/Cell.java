package io.h5sink.schema;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Puts one value of fixed size into a block. */
@FunctionalInterface
interface Cell {

    /**
     * Puts a value.
     *
     * @throws SchemaViolation if the value does not fit; the row's bytes are then undefined
     */
    void put(@Nullable Object value, ByteBuffer block, int offset);
}
