package h5sink;

/** Names of columns, made of those of fields. */
final class Names {

    private Names() {}

    /** The name, with {@code _} for what a column of a record cannot have in its name. */
    static String legal(String name) {
        StringBuilder legal = null;
        for (int i = 0; i < name.length(); i++) {
            if (".;[/<>".indexOf(name.charAt(i)) >= 0) {
                legal = legal == null ? new StringBuilder(name) : legal;
                legal.setCharAt(i, '_');
            }
        }
        return legal == null ? name : legal.toString();
    }
}
