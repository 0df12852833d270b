package h5sink.input;

/** Why a line cannot be recorded. There may be many, so they have no stack trace. */
public final class BadLineException extends Exception {

    private static final long serialVersionUID = 1L;

    public BadLineException(String reason) {
        super(reason, null, false, false);
    }
}
