package shared;

import io.jhdf.HdfFile;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Prints what is in an HDF5 file, a line for each object. Read with jHDF, which shares no code with the sink. */
public final class Tree {

    private Tree() {}

    /**
     * Prints the name of the file, and below it a line for each object, in the order of their names. What a group contains is indented if the
     * group itself has a line.
     *
     * @param line what is said of a group or a dataset; null for no line
     */
    public static void print(Path path, PrintStream out, Function<Node, String> line) {
        try (HdfFile file = new HdfFile(path)) {
            out.println(path);
            print(file, "  ", out, line);
        }
    }

    private static void print(Group group, String indent, PrintStream out, Function<Node, String> line) {
        for (Node node : new TreeMap<>(group.getChildren()).values()) {
            String said = line.apply(node);
            if (said != null) {
                out.println(indent + said);
            }
            if (node instanceof Group child) {
                print(child, said == null ? indent : indent + "  ", out, line);
            }
        }
    }

    /** The shape as NumPy writes it. */
    public static String shape(int... extent) {
        return Arrays.stream(extent)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", ", "(", extent.length == 1 ? ",)" : ")"));
    }
}
