package h5sink.file;

import io.h5sink.H5Exception;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;

/** Paths of groups and datasets, and what they lead to. */
public final class Paths {

    private Paths() {}

    /** Whether a path is that of a dataset, and not of a group. */
    public static boolean isDataset(H5Source h5, String path) {
        try {
            h5.group(path);
            return false;
        } catch (H5SchemaException group) {
            h5.dataset(path);
            return true;
        }
    }

    /** Whether there is a dataset or a group of that path. */
    public static boolean exists(H5Source h5, String path) {
        try {
            isDataset(h5, path);
            return true;
        } catch (H5Exception | IllegalArgumentException e) {
            return false;
        }
    }

    public static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
