package io.h5sink.filter.codec;

import org.jspecify.annotations.Nullable;

/** A stored chunk is not what its filters make. The message says what is wrong with it, with expected and actual values. */
public final class DamagedChunkException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public DamagedChunkException(String message) {
        this(message, null);
    }

    public DamagedChunkException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public static DamagedChunkException size(String what, long actual, long expected) {
        return new DamagedChunkException(what + ": " + actual + " bytes (expected: " + expected + ")");
    }
}
