package io.h5sink.schema;

/** Names of groups and datasets below a file's root. */
public final class ObjectNames {

    /**
     * The largest size of an attribute's name. The file format has 16 bits for the size of the name, and for that of the message that holds
     * the attribute.
     */
    private static final int MAX_ATTRIBUTE_BYTES = 1 << 15;

    private static final int MAX_SHOWN = 60;

    private ObjectNames() {}

    /**
     * Checks a name, in which {@code /} separates groups.
     *
     * @param name a name relative to a group; one leading {@code /} is allowed and means the same
     * @return the name without a leading {@code /}
     * @throws SchemaViolation if the name or one of its parts is empty, {@code .} or {@code ..}, or if it contains NUL
     */
    public static String relative(String name) {
        String path = name.startsWith("/") ? name.substring(1) : name;
        if (path.indexOf('\0') >= 0) {
            throw violation(name, "a name that contains NUL");
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty()) {
                throw violation(name, path.isEmpty() ? "an empty name" : "a name with an empty part");
            }
            if (part.equals(".") || part.equals("..")) {
                throw violation(name, "a name with the part \"" + part + "\"");
            }
        }
        Utf8.encode(path, path); // an unpaired surrogate has no UTF-8
        return path;
    }

    /**
     * Checks the name of an attribute, in which {@code /} means nothing.
     *
     * @param name the name
     * @throws SchemaViolation if the name is empty or longer than HDF5 can store, or if it contains NUL
     */
    public static void checkAttribute(String name) {
        String shown = name.length() > MAX_SHOWN ? name.substring(0, MAX_SHOWN) + "…" : name.replace("\0", "\\0");
        String expected = "the name of an attribute, not empty, of at most " + MAX_ATTRIBUTE_BYTES
                + " bytes in UTF-8, and without NUL";
        if (name.isEmpty()) {
            throw new SchemaViolation(shown, expected, "an empty name");
        }
        if (name.indexOf('\0') >= 0) {
            throw new SchemaViolation(shown, expected, "a name that contains NUL");
        }
        int bytes = Utf8.encode(shown, name).length;
        if (bytes > MAX_ATTRIBUTE_BYTES) {
            throw new SchemaViolation(shown, expected, "a name of " + bytes + " bytes");
        }
    }

    /**
     * The absolute path of a group.
     *
     * @param group {@code /}, or a name as {@link #relative} takes it
     * @return {@code /} or a path that starts with {@code /} and does not end with it
     * @throws SchemaViolation as {@link #relative}
     */
    public static String group(String group) {
        return group.equals("/") ? "/" : "/" + relative(group);
    }

    /**
     * The absolute path of an object in a group.
     *
     * @param group an absolute path as {@link #group} gives it
     * @param name a name as {@link #relative} takes it
     * @return an absolute path
     * @throws SchemaViolation as {@link #relative}
     */
    public static String in(String group, String name) {
        return (group.equals("/") ? "/" : group + "/") + relative(name);
    }

    private static SchemaViolation violation(String name, String actual) {
        return new SchemaViolation(
                name.replace("\0", "\\0"),
                "a name of parts separated by \"/\", none of them empty, \".\" or \"..\", and without NUL",
                actual);
    }
}
