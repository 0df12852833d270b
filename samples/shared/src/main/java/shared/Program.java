package shared;

import io.h5sink.H5Exception;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import picocli.CommandLine;

/** The parts of a sample that are the same in each. */
public final class Program {

    private static final int ERROR = 1;
    private static final int USAGE = 2;

    private Program() {}

    /**
     * Runs a command; each error is a line.
     *
     * @param command an object with picocli's annotations
     * @return the exit code
     */
    public static int run(Callable<Integer> command, PrintStream out, PrintStream err, String... args) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler((error, words) -> {
                    String name = error.getCommandLine().getCommandName();
                    err.println(name + ": " + error.getMessage() + "; see --help");
                    return USAGE;
                })
                .setExecutionExceptionHandler((error, line, parsed) -> {
                    err.println(line.getCommandName() + ": " + reason(error));
                    return ERROR;
                })
                .execute(args);
    }

    private static String reason(Throwable error) {
        Throwable why = error instanceof CompletionException ? error.getCause() : error;
        boolean reported = why instanceof H5Exception || why instanceof IllegalArgumentException;
        return reported ? why.getMessage() : why.toString();
    }

    /** Ends the JVM with an exit code, unless all went well: threads that are no daemons then end by themselves. */
    public static void exit(int status) {
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Whether standard output goes to a terminal. Java 22 to 24 have a console for a pipe, too. */
    public static boolean isTerminal() {
        int java = Runtime.version().feature();
        return System.console() != null && (java < 22 || java > 24);
    }

    /**
     * A line on the terminal, as wide as that is. Elsewhere nothing is reported.
     *
     * @param unit the plural of what is counted
     */
    public static ProgressBar progress(PrintStream out, boolean terminal, String task, long total, String unit) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setUnit(" " + unit, 1)
                .setConsumer(
                        terminal ? new ConsoleProgressBarConsumer(out) : new DelegatingProgressBarConsumer(line -> {}))
                .build();
    }

    /** Prints how Python opens the file and prints a part of it. */
    public static void printPython(PrintStream out, Path file, String statement) {
        out.println();
        out.println("import h5py");
        out.println("file = h5py.File(\"" + file.toString().replace('\\', '/') + "\", \"r\")");
        out.println(statement);
    }
}
