package io.h5sink.schema;

import java.nio.ByteBuffer;

/** Puts the components of fixed size of one record into the open blocks of their columns. */
@FunctionalInterface
public interface RowEncoder {

    /**
     * Encodes a record.
     *
     * @param record a record of the type that the encoder was made for
     * @param blocks the open block of each column, little-endian; entries of columns of variable size are not read
     * @param firstRows the number of the first row of each block
     * @param row the number of the row, not less than any of those
     * @throws SchemaViolation if a component cannot be stored; the row's bytes are then undefined
     * @throws RuntimeException what an accessor of the record throws
     */
    void encode(Object record, ByteBuffer[] blocks, long[] firstRows, long row);
}
