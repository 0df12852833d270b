package h5sink.file;

import h5sink.console.Text;
import h5sink.console.UserException;
import io.h5sink.H5Attributes;
import io.h5sink.H5Dataset;
import io.h5sink.H5Exception;
import io.h5sink.H5Group;
import io.h5sink.H5Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;

/** What in a group are columns, side by side, and what is not: as a record has written them, or as others have. */
public final class Columns {

    private static final Pattern ROWS =
            Pattern.compile("\\s*(-?\\d+)?\\s*(?:(:)\\s*(-?\\d+)?\\s*(?::\\s*(\\d+)?\\s*)?)?");
    private static final int DEEPEST = 8;

    private final H5Group group;
    private final List<String> names = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private long rows;

    /** Those of a group itself, and those of the groups in it that are as long: the components of a record in a record. */
    public Columns(H5Group group) {
        this.group = group;
        for (String name : group.datasets()) {
            H5Dataset column = column(group, name);
            if (column != null) {
                names.add(name);
                rows = Math.max(rows, column.shape().get(0));
            } else if (!name.startsWith(".") && !isLabel(group, name)) {
                others.add(name);
            }
        }
        for (String name : group.groups()) {
            if (names.isEmpty() || !nested(group.group(name), name + "/", List.of(look(group)))) {
                others.add(name + "/");
            }
        }
    }

    /** Whether all of a group are columns like those around it. A group that has the same names as one around it is taken for that one. */
    private boolean nested(H5Group inner, String prefix, List<Set<String>> around) {
        Set<String> look = look(inner);
        if (around.contains(look) || around.size() > DEEPEST) {
            return false;
        }
        List<String> found = new ArrayList<>();
        for (String name : inner.datasets()) {
            H5Dataset column = column(inner, name);
            if (column == null ? !isLabel(inner, name) : column.shape().get(0) != rows) {
                return false;
            }
            if (column != null) {
                found.add(prefix + name);
            }
        }
        int before = names.size();
        names.addAll(found);
        List<Set<String>> further = new ArrayList<>(around);
        further.add(look);
        boolean all = inner.groups().stream().allMatch(name -> nested(inner.group(name), prefix + name + "/", further));
        if (!all) {
            names.subList(before, names.size()).clear();
        }
        return all && names.size() > before;
    }

    private static Set<String> look(H5Group group) {
        Set<String> look = new TreeSet<>(group.datasets());
        group.groups().forEach(name -> look.add(name + "/"));
        return look;
    }

    /** Null if it has no rows, only labels an axis, or cannot be read. */
    private static H5Dataset column(H5Group group, String name) {
        try {
            H5Dataset dataset = group.dataset(name);
            if (dataset.ndim() == 0 || name.startsWith(".") || isLabel(dataset)) {
                return null;
            }
            dataset.slice("0:0").read();
            return dataset;
        } catch (H5Exception e) {
            return null;
        }
    }

    private static boolean isLabel(H5Group group, String name) {
        try {
            return isLabel(group.dataset(name));
        } catch (H5Exception e) {
            return false;
        }
    }

    private static boolean isLabel(H5Dataset dataset) {
        H5Attributes attributes = dataset.attributes();
        return Meaning.isDimension(attributes)
                || dataset.chunks().isEmpty() && "DIMENSION_SCALE".equals(attributes.get("CLASS"));
    }

    /** Their paths from the group. */
    public List<String> names() {
        return names;
    }

    /** What else is in the group: names of datasets, and of groups, which end in a slash. */
    public List<String> others() {
        return others;
    }

    /** How long the longest is. */
    public long rows() {
        return rows;
    }

    /** Some rows; a column that is shorter than others is not in those beyond its end. */
    public Flux<H5Record> records(String slice) {
        if (names.isEmpty()) {
            return Flux.empty();
        }
        Matcher parts = ROWS.matcher(slice == null ? ":" : slice.replaceFirst("\\s*(,\\s*)?\\.\\.\\.\\s*$", ""));
        if (!parts.matches() || parts.group(1) == null && parts.group(2) == null) {
            throw new UserException("\"" + slice + "\" are no rows of " + group.path()
                    + ", which is a group: start:stop:step, or one number");
        }
        long from = parts.group(1) == null ? 0 : at(parts.group(1));
        long to = parts.group(3) == null ? rows : at(parts.group(3));
        long step = parts.group(4) == null ? 1 : Long.parseLong(parts.group(4));
        if (parts.group(2) == null) {
            if (from < 0 || from >= rows) {
                throw new UserException(
                        group.path() + " has " + Text.count(rows, "row") + ", and none of the number " + slice.strip());
            }
            to = from + 1;
        }
        if (step < 1) {
            throw new UserException("\"" + slice + "\": the step must be 1 or more");
        }
        long first = Math.max(0, from);
        Flux<H5Record> found = group.rows()
                .select(names.toArray(String[]::new))
                .from(first)
                .to(Math.max(first, Math.min(rows, to)))
                .records();
        return step == 1
                ? found
                : found.index().filter(row -> row.getT1() % step == 0).map(row -> row.getT2());
    }

    private long at(String number) {
        try {
            long at = Long.parseLong(number);
            return at < 0 ? at + rows : at;
        } catch (NumberFormatException e) {
            return number.startsWith("-") ? 0 : rows;
        }
    }
}
