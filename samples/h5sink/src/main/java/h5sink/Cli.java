package h5sink;

import io.h5sink.H5Exception;
import io.h5sink.H5WriteException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The command line. What its exit codes are stands in its help. */
@Command(
        name = "h5sink",
        description = "Writes streams of lines to HDF5 files, and shows what is in such files.",
        mixinStandardHelpOptions = true,
        version = "h5sink 0.1.0",
        subcommands = {
            RecordCommand.class,
            LsCommand.class,
            ShowCommand.class,
            TailCommand.class,
            PlotCommand.class,
            VerifyCommand.class,
            RecoverCommand.class,
            RepackCommand.class,
            AutoComplete.GenerateCompletion.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  h5sink record data.h5 < readings.ndjson",
            "  h5sink ls data.h5",
            "  h5sink show data.h5 /temperature :10",
            "  h5sink record --help",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:an error, told in one line",
            "2:an option or argument is wrong",
            "3:done, but there were bad lines, damage was found, or something was left out"
        })
public final class Cli {

    static final int ERROR = 1;
    static final int USAGE = 2;
    static final int FINDINGS = 3;

    private Cli() {}

    /**
     * Runs a subcommand and ends the JVM with its exit code.
     *
     * @param args the subcommand and its arguments
     */
    public static void main(String... args) {
        quiet("defaultLogLevel", "warn");
        quiet("showThreadName", "false");
        quiet("showLogName", "false");
        System.exit(run(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                args));
    }

    /** How slf4j's simple logger tells what the library warns of, unless the JVM's options say it. */
    private static void quiet(String name, String value) {
        String property = "org.slf4j.simpleLogger." + name;
        System.setProperty(property, System.getProperty(property, value));
    }

    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine line = new CommandLine(new Cli())
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Cli::wrongArguments)
                .setExecutionExceptionHandler((error, command, parsed) -> failed(err, error));
        Converters.register(line);
        line.getSubcommands().get("show").setUnmatchedOptionsArePositionalParams(true); // slices such as -2:
        int status;
        try {
            status = args.length == 0 ? usage(line) : line.execute(args);
        } catch (OutOfMemoryError e) {
            tell(err, "there is not enough memory; take a slice, or give more: H5SINK_JVM=-Xmx4g");
            status = ERROR;
        }
        out.flush();
        return status;
    }

    private static int usage(CommandLine line) {
        line.usage(line.getErr());
        return USAGE;
    }

    private static int wrongArguments(ParameterException error, String... args) {
        CommandLine line = error.getCommandLine();
        tell(
                line.getErr(),
                error.getMessage() + "; see " + line.getCommandSpec().qualifiedName() + " --help");
        return USAGE;
    }

    private static int failed(PrintWriter err, Throwable error) {
        tell(err, reason(error));
        return ERROR;
    }

    /** Where the journal of a file's writer is: beside the file itself, not beside a link to it. */
    static Path journal(Path file) throws IOException {
        return Path.of((Files.exists(file) ? file.toRealPath() : file) + ".journal");
    }

    static void tell(PrintWriter err, String message) {
        err.println("h5sink: " + oneLine(message));
        err.flush();
    }

    static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** What went wrong, for people. */
    static String reason(Throwable error) {
        String message = String.valueOf(error.getMessage());
        if (error instanceof H5WriteException || error instanceof UserException) {
            return message;
        }
        if (error instanceof H5Exception) {
            return message.replaceFirst("; 0 records are safe in the file$", "")
                    .replace("OpenMode.TRUNCATE", "--overwrite");
        }
        if (error instanceof IllegalArgumentException || error instanceof IllegalStateException) {
            return message;
        }
        if (error instanceof UncheckedIOException && error.getCause() instanceof IOException cause) {
            return reason(cause);
        }
        if (error instanceof NoSuchFileException) {
            return "there is no file " + message;
        }
        if (error instanceof FileSystemException file) {
            return file.getFile() + ": "
                    + (file.getReason() == null ? error.getClass().getSimpleName() : file.getReason());
        }
        return error instanceof IOException ? message : error.toString();
    }
}
