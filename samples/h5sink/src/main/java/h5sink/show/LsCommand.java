package h5sink.show;

import h5sink.console.ExitCode;
import h5sink.console.FileCommand;
import h5sink.console.Message;
import h5sink.console.Text;
import h5sink.file.Meaning;
import h5sink.file.Paths;
import h5sink.file.Walk;
import io.h5sink.H5Attributes;
import io.h5sink.H5Dataset;
import io.h5sink.H5Group;
import io.h5sink.H5Source;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "ls",
        mixinStandardHelpOptions = true,
        description =
                "Lists what is in a file, also while it is written: types, shapes, chunks, filters, sizes and attributes.",
        footerHeading = "%nExamples:%n",
        footer = {"  h5sink ls data.h5", "  h5sink ls data.h5 /Seattle --no-attributes"})
public final class LsCommand extends FileCommand implements Walk.Visitor {

    private static final int LONGEST_VALUE = 80;

    /** Attributes that only join datasets to each other. */
    private static final Set<String> LABELS = Set.of(
            "CLASS",
            "NAME",
            "DIMENSION_LIST",
            "REFERENCE_LIST",
            "_Netcdf4Dimid",
            "_Netcdf4Coordinates",
            "_NCProperties");

    @Parameters(
            index = "1",
            paramLabel = "GROUP",
            defaultValue = "/",
            description = "The group to begin with. Default: /.")
    private String group;

    @Option(names = "--no-attributes", description = "Leave attributes out.")
    private boolean withoutAttributes;

    private int unreadable;

    @Override
    public Integer call() throws IOException {
        try (H5Source h5 = H5Source.open(file)) {
            out().println(file + "  " + Text.bytes(Files.size(file)));
            Walk.walk(h5.group(group), this);
        }
        return unreadable == 0 ? 0 : ExitCode.FINDINGS;
    }

    @Override
    public void group(H5Group found, int depth) {
        String name = depth == 0 ? found.path() : Text.plain(Paths.name(found.path())) + "/";
        line(depth, name);
        attributes(found.attributes(), depth);
    }

    @Override
    public void again(H5Group found, String before, int depth) {
        line(depth, Text.plain(Paths.name(found.path())) + "/  is " + Text.plain(before));
    }

    @Override
    public void dataset(H5Dataset found, int depth) {
        StringBuilder text = new StringBuilder(String.format(
                "%-20s %-12s %s", Text.plain(Paths.name(found.path())), found.type(), Text.shape(found.shape())));
        if (!found.chunks().isEmpty()) {
            text.append("  chunks ").append(Text.shape(found.chunks()));
        }
        if (!found.filters().isEmpty()) {
            text.append("  ").append(String.join(", ", found.filters()));
        }
        text.append("  ").append(Text.bytes(found.bytes()));
        H5Attributes attributes = found.attributes();
        if (Meaning.isDimension(attributes)) {
            text.append("  dimension without values");
        }
        line(depth, text.toString());
        attributes(attributes, depth);
    }

    @Override
    public void unreadable(String path, String why, int depth) {
        unreadable++;
        line(depth, Text.plain(Paths.name(path)) + "  " + Message.oneLine(why));
    }

    private void attributes(H5Attributes attributes, int depth) {
        if (withoutAttributes) {
            return;
        }
        attributes.forEach((name, value) -> {
            if (!LABELS.contains(name)) {
                line(depth + 2, "@" + Text.plain(name) + ": " + shortened(Text.plain(value)));
            }
        });
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "…";
    }

    private void line(int depth, String text) {
        out().println("  ".repeat(depth) + text);
    }
}
