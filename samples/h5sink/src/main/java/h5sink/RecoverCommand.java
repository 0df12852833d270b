package h5sink;

import io.h5sink.H5Writer;
import io.h5sink.RecoveryReport;
import picocli.CommandLine.Command;

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
final class RecoverCommand extends FileCommand {

    @Override
    public Integer call() {
        RecoveryReport report = H5Writer.recover(file);
        out().println(file + ": " + (report.changed() ? "recovered: " : "nothing to do: ")
                + Cli.oneLine(report.what()));
        return 0;
    }
}
