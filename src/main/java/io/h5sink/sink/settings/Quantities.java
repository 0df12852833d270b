package io.h5sink.sink.settings;

import io.h5sink.H5Record;
import java.util.function.BiConsumer;

/** Goes through the quantities of a record. Handed down by the face, which alone can do so without a copy. */
@FunctionalInterface
public interface Quantities {

    /** Calls the action with each name and value, in the order in which they were added. */
    void forEach(H5Record record, BiConsumer<? super String, Object> action);
}
