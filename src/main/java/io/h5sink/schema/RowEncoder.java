package io.h5sink.schema;

import java.nio.Buffer;

/** Puts the components of fixed size of one record into the open rows of their columns. */
@FunctionalInterface
public interface RowEncoder {

    /**
     * Encodes a record.
     *
     * @param record a record of the type that the encoder was made for
     * @param rows the open rows of each column, as {@link RecordSchema#rows} gives them; entries of columns of variable size
     *     are not read
     * @param row the row to fill, the same for all columns, from 0
     * @throws SchemaViolation if a component cannot be stored; the row's bytes are then undefined
     * @throws RuntimeException any that an accessor of the record throws
     */
    void encode(Object record, Buffer[] rows, int row);
}
