package h5sink.maintain;

import h5sink.console.ExitCode;
import h5sink.console.FileCommand;
import h5sink.console.Message;
import h5sink.console.Text;
import h5sink.file.Pieces;
import h5sink.file.Walk;
import io.h5sink.H5Dataset;
import io.h5sink.H5Exception;
import io.h5sink.H5Group;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import picocli.CommandLine.Command;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Reads all of a file, and reports what is damaged. The file is not changed.",
            "",
            "The structure has checksums in files of HDF5 1.10 and later; values have them if they were stored with Fletcher-32, and"
                    + " compressed values mostly do not decompress once they are damaged. Damage to others cannot be seen, but where two datasets"
                    + " have taken the same space is."
        },
        footerHeading = "%nExamples:%n",
        footer = "  h5sink verify data.h5 && echo all well")
public final class VerifyCommand extends FileCommand implements Walk.Visitor {

    private long groups;
    private long datasets;
    private long bytes;
    private long unchecked;
    private long damaged;
    private boolean elsewhere;

    /** What has a type that is not read, which is no damage. */
    private final Set<String> unread = new LinkedHashSet<>();

    @Override
    public Integer call() throws IOException {
        Path journal = RecoverCommand.journal(file);
        if (Files.exists(journal)) {
            damaged(
                    "",
                    "there is a journal, " + journal
                            + ": it is being written, or its writer died; then h5sink recover helps");
        }
        try (H5Source h5 = H5Source.open(file)) {
            Walk.walk(h5.root(), this);
            h5.overlaps().forEach(found -> damaged("", found));
        }
        out().println(file + ": " + Text.count(groups, "group") + ", " + Text.count(datasets, "dataset") + ", "
                + Text.bytes(bytes) + " read, "
                + (unchecked == 0 ? "" : Text.bytes(unchecked) + " of them without a checksum or compression, ")
                + (unread.isEmpty() ? "" : Text.count(unread.size(), "dataset") + " not read, ")
                + (elsewhere ? "without the other files that virtual datasets take elements from, " : "")
                + (damaged == 0 ? "no damage found" : Text.count(damaged, "finding")));
        return damaged == 0 ? 0 : ExitCode.FINDINGS;
    }

    private void damaged(String path, String why) {
        damaged++;
        out().println((path.isEmpty() ? "" : path + ": ") + Message.oneLine(why));
    }

    @Override
    public void group(H5Group group, int depth) {
        groups++;
        attributes(group.path(), group::attributes);
    }

    @Override
    public void again(H5Group group, String before, int depth) {
        // all in it was read
    }

    @Override
    public void dataset(H5Dataset dataset, int depth) {
        datasets++;
        attributes(dataset.path(), dataset::attributes);
        if (dataset.filters().stream().allMatch("shuffle"::equals)) {
            unchecked += dataset.bytes();
        }
        dataset.sources().forEach((source, found) -> {
            if (!found) {
                out().println(dataset.path() + ": " + source
                        + ", which it takes elements from, is not there; they have the fill value");
            }
        });
        if (!dataset.sources().isEmpty()) {
            elsewhere = true; // and verified there, if that is this file
        } else if (dataset.bytes() > 0) {
            Pieces.stored(dataset, slice -> piece(dataset, slice));
        }
        bytes += dataset.bytes();
    }

    private boolean piece(H5Dataset dataset, String slice) {
        try {
            dataset.slice(slice).read();
        } catch (H5SchemaException e) {
            unread.add(dataset.path());
            out().println(dataset.path() + "[" + slice + "]: not read, " + reason(e));
            return false;
        } catch (H5Exception e) {
            damaged(dataset.path() + "[" + slice + "]", reason(e));
        }
        return true;
    }

    private String reason(H5Exception e) {
        return Message.reason(e).replace(file + ": ", "");
    }

    private void attributes(String path, Runnable reading) {
        try {
            reading.run();
        } catch (H5Exception e) {
            damaged(path, "its attributes: " + Message.reason(e));
        }
    }

    @Override
    public void unreadable(String path, String why, int depth) {
        damaged(path, why);
    }
}
