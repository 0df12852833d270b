package io.h5sink.filter.codec;

import org.jspecify.annotations.Nullable;

/** A compression needs a library that is not there, or that does not work on this machine. The message says what to add. */
public final class MissingCodecException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public MissingCodecException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
