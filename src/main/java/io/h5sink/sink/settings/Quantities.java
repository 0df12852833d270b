package io.h5sink.sink.settings;

import io.h5sink.H5Record;
import java.util.function.BiConsumer;

/** Iterates over the quantities of a record. Implemented by the public package, where the quantities are visible without a copy. */
@FunctionalInterface
public interface Quantities {

    /** Calls the action with each name and value, in the order in which they were added. */
    void forEach(H5Record record, BiConsumer<? super String, Object> action);
}
