package h5sink;

/** Why a line cannot be recorded. There may be many, so they have no stack trace. */
final class BadLineException extends Exception {

    private static final long serialVersionUID = 1L;

    BadLineException(String reason) {
        super(reason, null, false, false);
    }
}
