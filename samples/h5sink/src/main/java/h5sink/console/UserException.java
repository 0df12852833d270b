package h5sink.console;

/** Something that only the user can mend. The message is all that is reported. */
public final class UserException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UserException(String message) {
        super(message);
    }
}
