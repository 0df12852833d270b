package h5sink;

import io.h5sink.H5Attributes;
import io.h5sink.H5Dataset;
import io.h5sink.H5Exception;
import io.h5sink.H5Group;
import io.h5sink.H5Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** What a file has otherwise than another: objects, types, shapes, values and attributes, not how they are stored. */
final class Differences implements Tree.Visitor {

    /** References to other datasets, which have other addresses in another file. */
    private static final Set<String> REFERENCES =
            Set.of("DIMENSION_LIST", "REFERENCE_LIST", "_Netcdf4Dimid", "_Netcdf4Coordinates", "_NCProperties");

    private final H5Source copy;
    private final List<String> found = new ArrayList<>();

    private Differences(H5Source copy) {
        this.copy = copy;
    }

    /** What a copy lacks, or has otherwise; a line for each object and what it is about. */
    static List<String> of(H5Source original, H5Source copy) {
        Differences differences = new Differences(copy);
        Tree.walk(original.root(), differences);
        return differences.found;
    }

    @Override
    public void group(H5Group group, int depth) {
        try {
            attributes(
                    group.path(), group.attributes(), copy.group(group.path()).attributes());
        } catch (H5Exception e) {
            found.add(group.path() + ": the group");
        }
    }

    @Override
    public void dataset(H5Dataset dataset, int depth) {
        H5Dataset copied;
        try {
            copied = copy.dataset(dataset.path());
        } catch (H5Exception e) {
            found.add(dataset.path() + ": " + dataset.type() + " " + Text.shape(dataset.shape()));
            return;
        }
        if (!copied.type().equals(dataset.type()) || !copied.shape().equals(dataset.shape())) {
            found.add(dataset.path() + ": " + dataset.type() + " " + Text.shape(dataset.shape()) + ", now "
                    + copied.type() + " " + Text.shape(copied.shape()));
        } else if (!sameValues(dataset, copied)) {
            found.add(dataset.path() + ": its values");
        }
        if (!Objects.deepEquals(dataset.fillValue(), copied.fillValue())) {
            found.add(dataset.path() + ": the fill value " + dataset.fillValue() + ", now " + copied.fillValue());
        }
        attributes(dataset.path(), dataset.attributes(), copied.attributes());
    }

    private static boolean sameValues(H5Dataset one, H5Dataset other) {
        return Pieces.all(
                one,
                slice -> Objects.deepEquals(
                        one.slice(slice).read(), other.slice(slice).read()));
    }

    private void attributes(String path, H5Attributes ours, H5Attributes theirs) {
        Set<String> names = new TreeSet<>(ours.keySet());
        names.addAll(theirs.keySet());
        for (String name : names) {
            boolean both = ours.containsKey(name) && theirs.containsKey(name);
            boolean same = REFERENCES.contains(name)
                    ? both || !name.equals("DIMENSION_LIST")
                    : both
                            && Objects.deepEquals(ours.get(name), theirs.get(name))
                            && type(ours, name).equals(type(theirs, name));
            if (!same) {
                found.add(path + "@" + name);
            }
        }
    }

    /** Strings of fixed and of variable length are the same to those who read attributes. */
    private static String type(H5Attributes attributes, String name) {
        String type = attributes.type(name);
        return type.contains("UTF-8 string") ? "string" : type;
    }

    @Override
    public void unreadable(String path, String why, int depth) {
        found.add(path + ": " + why);
    }
}
