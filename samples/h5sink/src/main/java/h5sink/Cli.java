package h5sink;

import h5sink.console.ExitCode;
import h5sink.console.Message;
import h5sink.maintain.RecoverCommand;
import h5sink.maintain.RepackCommand;
import h5sink.maintain.VerifyCommand;
import h5sink.plot.PlotCommand;
import h5sink.record.RecordCommand;
import h5sink.show.LsCommand;
import h5sink.show.ShowCommand;
import h5sink.show.TailCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
            "1:an error, reported in one line",
            "2:an option or argument is wrong",
            "3:done, but there were bad lines, damage was found, or something was left out"
        })
public final class Cli {

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

    /** How slf4j's simple logger says what the library warns of, unless the JVM's options say it. */
    private static void quiet(String name, String value) {
        String property = "org.slf4j.simpleLogger." + name;
        System.setProperty(property, System.getProperty(property, value));
    }

    public static int run(PrintWriter out, PrintWriter err, String... args) {
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
            Message.print(err, "there is not enough memory; take a slice, or give more: H5SINK_JVM=-Xmx4g");
            status = ExitCode.ERROR;
        }
        out.flush();
        return status;
    }

    private static int usage(CommandLine line) {
        line.usage(line.getErr());
        return ExitCode.USAGE;
    }

    private static int wrongArguments(ParameterException error, String... args) {
        CommandLine line = error.getCommandLine();
        Message.print(
                line.getErr(),
                error.getMessage() + "; see " + line.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    private static int failed(PrintWriter err, Throwable error) {
        Message.print(err, Message.reason(error));
        return ExitCode.ERROR;
    }
}
