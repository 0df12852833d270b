package h5sink;

import io.h5sink.H5Writer;
import io.h5sink.RecoveryReport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "recover",
        mixinStandardHelpOptions = true,
        description = {
            "Puts a file right whose writer was killed: rows that were not committed are taken away.",
            "",
            "Recording to the file does that, too. The journal beside the file, FILE.journal, must still be there."
        },
        footerHeading = "%nExamples:%n",
        footer = "  h5sink recover data.h5")
final class RecoverCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The HDF5 file.")
    private Path file;

    @Override
    public Integer call() {
        RecoveryReport report = H5Writer.recover(file);
        spec.commandLine()
                .getOut()
                .println(file + ": " + (report.changed() ? "recovered: " : "nothing to do: ")
                        + Cli.oneLine(report.what()));
        return 0;
    }
}
