package h5sink.console;

/** With what the command line ends, besides 0. */
public final class ExitCode {

    /** An error, reported in one line. */
    public static final int ERROR = 1;

    /** An option or argument is wrong. */
    public static final int USAGE = 2;

    /** The work is done, but there were bad lines, damage was found, or something was left out. */
    public static final int FINDINGS = 3;

    private ExitCode() {}
}
