package h5sink.field;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Names of fields and of columns. The key of a field is its name; that of a field within an object is its path as a JSON Pointer (RFC
 * 6901), such as {@code /wind/speed}, and so is that of a name that begins with a slash. So no two fields have one key.
 */
public final class Names {

    /** As many characters as a name in a class file and in HDF5 surely has space for, also if each takes three bytes. */
    private static final int LONGEST = 250;

    private Names() {}

    /** The key of a field that is in no object. */
    public static String key(String name) {
        return name.startsWith("/") ? "/" + name.replace("~", "~0").replace("/", "~1") : name;
    }

    /** The key of a field by its path. */
    public static String ofPointer(String pointer) {
        String first = unescaped(pointer.substring(1));
        return pointer.lastIndexOf('/') > 0 || first.startsWith("/") ? pointer : first;
    }

    /** The names that lead to a field, that of the outermost object first. */
    public static List<String> path(String key) {
        return key.startsWith("/")
                ? Arrays.stream(key.substring(1).split("/", -1))
                        .map(Names::unescaped)
                        .toList()
                : List.of(key);
    }

    private static String unescaped(String name) {
        return name.replace("~1", "/").replace("~0", "~");
    }

    /** The name of the column of a field that has no other reason for another: with {@code _} for what columns cannot have in theirs. */
    static String column(String key) {
        String name = String.join("_", path(key));
        StringBuilder legal = new StringBuilder(name.isEmpty() ? "_" : name);
        legal.setLength(Math.min(legal.length(), LONGEST));
        for (int i = 0; i < legal.length(); i++) {
            char c = legal.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < legal.length()
                    && Character.isLowSurrogate(legal.charAt(i + 1));
            if (".;[/<>".indexOf(c) >= 0 || c < ' ' || c == 0x7f || Character.isSurrogate(c) && !pair) {
                legal.setCharAt(i, '_');
            } else if (pair) {
                i++;
            }
        }
        return legal.toString();
    }

    /**
     * Gives each field a column of its own. A field whose name a column can have gets that one. Of others, in the order of their keys,
     * each gets the first of {@code m_s}, {@code m_s_2}, {@code m_s_3} … that nobody has. Fields go on in the columns that they have.
     *
     * @param keys of the fields
     * @param existing the columns that are there, with the key of the field that each is of; null if that is not known
     * @return the column of each key
     */
    public static Map<String, String> columns(Collection<String> keys, Map<String, String> existing) {
        Map<String, String> columns = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>(existing.keySet());
        existing.forEach((column, key) -> {
            if (key != null && keys.contains(key)) {
                columns.putIfAbsent(key, column);
            }
        });
        List<String> others = new ArrayList<>();
        for (String key : new TreeSet<>(keys)) {
            boolean free = !taken.contains(key) || existing.containsKey(key) && existing.get(key) == null;
            if (columns.containsKey(key)) {
                continue;
            }
            if (free && column(key).equals(key)) {
                columns.put(key, key);
                taken.add(key);
            } else {
                others.add(key);
            }
        }
        for (String key : others) {
            String name = column(key);
            String column = name;
            boolean free = !taken.contains(column)
                    || existing.containsKey(column) && existing.get(column) == null && !columns.containsValue(column);
            for (int i = 2; !free; i++) {
                column = name + "_" + i;
                free = !taken.contains(column);
            }
            columns.put(key, column);
            taken.add(column);
        }
        return columns;
    }
}
