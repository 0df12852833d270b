package h5sink;

/** Something that only the user can mend. The message is all that is told. */
final class UserException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UserException(String message) {
        super(message);
    }
}
