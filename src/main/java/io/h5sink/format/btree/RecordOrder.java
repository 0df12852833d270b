package io.h5sink.format.btree;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Compares a record with the wanted one: below 0 for a record before the wanted one, above 0 for one behind, 0 for the wanted one. */
public interface RecordOrder {

    /** Compares a record, which starts at position 0. */
    int of(ByteBuffer record) throws IOException;
}
