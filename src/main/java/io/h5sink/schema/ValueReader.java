package io.h5sink.schema;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads values out of stored elements, one after the other. */
@FunctionalInterface
public interface ValueReader {

    /**
     * Reads the next value.
     *
     * @param in little-endian; its position moves behind the value
     * @return the value; null if the value is missing
     * @throws ValueMismatch if the Java type does not hold the value
     */
    @Nullable
    Object next(ByteBuffer in);
}
