package weather;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints the groups and datasets of a file with their shapes and attributes. Read with jHDF, which shares no code with the sink. */
final class Tree {

    /** What HDF5's dimension scales consist of; xarray shows what they mean. */
    private static final Set<String> LABELS = Set.of("CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST");

    private Tree() {}

    static void print(Path path, PrintStream out) {
        try (HdfFile file = new HdfFile(path)) {
            out.println(path);
            children(file, "  ", out);
        }
    }

    private static void children(Group group, String indent, PrintStream out) {
        for (Node node : new TreeMap<>(group.getChildren()).values()) {
            String shape = node instanceof Dataset dataset ? shape(dataset.getDimensions()) : "";
            out.println(
                    (indent + String.format("%-16s%-12s", node.getName(), shape) + attributes(node)).stripTrailing());
            if (node instanceof Group child) {
                children(child, indent + "  ", out);
            }
        }
    }

    /** As NumPy writes it. */
    private static String shape(int... extent) {
        return Arrays.stream(extent)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", ", "(", extent.length == 1 ? ",)" : ")"));
    }

    private static String attributes(Node node) {
        return new TreeMap<>(node.getAttributes())
                .values().stream()
                        .filter(attribute -> !LABELS.contains(attribute.getName()))
                        .map(Tree::attribute)
                        .collect(Collectors.joining(", "));
    }

    private static String attribute(Attribute attribute) {
        return attribute.getName() + ": " + attribute.getData();
    }
}
