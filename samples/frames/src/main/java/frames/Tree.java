package frames;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints what is in an HDF5 file: a line for each dataset. Read with jHDF, which shares no code with the sink. */
final class Tree {

    private Tree() {}

    static void print(Path path, PrintStream out) {
        try (HdfFile file = new HdfFile(path)) {
            out.println(path);
            print(file, out);
        }
    }

    private static void print(Group group, PrintStream out) {
        for (Node node : new TreeMap<>(group.getChildren()).values()) {
            if (node instanceof Dataset dataset) {
                out.printf(
                        "  %-10s %-18s %-8s %s%n",
                        dataset.getPath(), shape(dataset.getDimensions()), dataset.getJavaType(), chunks(dataset));
            } else if (node instanceof Group child) {
                print(child, out);
            }
        }
    }

    private static String chunks(Dataset dataset) {
        return dataset instanceof ChunkedDataset chunked ? "chunks " + shape(chunked.getChunkDimensions()) : "";
    }

    /** The shape as NumPy writes it. */
    private static String shape(int[] extent) {
        return extent.length == 1
                ? "(" + extent[0] + ",)"
                : Arrays.stream(extent).mapToObj(Integer::toString).collect(Collectors.joining(", ", "(", ")"));
    }
}
