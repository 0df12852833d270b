package io.h5sink;

import java.util.function.BiConsumer;

/** Goes through the quantities of a record. Handed down by the face, which alone can do so without a copy. */
@FunctionalInterface
interface Quantities {

    /** Calls the action with each name and value, in the order in which they were added. */
    void forEach(H5Record record, BiConsumer<? super String, Object> action);
}
