package h5sink.maintain;

import h5sink.console.FileCommand;
import h5sink.console.Message;
import io.h5sink.H5Writer;
import io.h5sink.RecoveryReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
public final class RecoverCommand extends FileCommand {

    @Override
    public Integer call() {
        RecoveryReport report = H5Writer.recover(file);
        out().println(file + ": " + (report.changed() ? "recovered: " : "nothing to do: ")
                + Message.oneLine(report.what()));
        return 0;
    }

    /** Where the journal of a file's writer is: beside the file itself, not beside a link to it. */
    static Path journal(Path file) throws IOException {
        return Path.of((Files.exists(file) ? file.toRealPath() : file) + ".journal");
    }
}
