package h5sink.file;

import io.h5sink.H5Source;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An object of a file, or a part of it: {@code /x}, {@code /x -2:}, {@code /x[-2:]}.
 *
 * @param path its path
 * @param slice the part, in NumPy's notation; null for all
 */
public record Place(String path, String slice) {

    private static final Pattern SLICE = Pattern.compile("\\[?[-+:.,\\d\\s]+]?");

    /** The place that words of the command line name, the first of which is a path, if it is no slice. */
    public static Place of(H5Source h5, List<String> words) {
        if (words.isEmpty()) {
            return new Place("/", null);
        }
        String first = words.get(0);
        String text = String.join(" ", words);
        if (Paths.exists(h5, first)) {
            return new Place(first, words.size() == 1 ? null : unbracketed(text.substring(first.length())));
        }
        int bracket = text.lastIndexOf('[');
        if (bracket > 0 && text.endsWith("]")) {
            return new Place(text.substring(0, bracket), text.substring(bracket + 1, text.length() - 1));
        }
        if (isSlice(text)) {
            return new Place("/", unbracketed(text));
        }
        return new Place(first, null); // whoever opens it says that it is not there
    }

    /** Whether a word can only be a slice: it looks like an option, but is none. */
    public static boolean isSlice(String word) {
        return SLICE.matcher(word).matches();
    }

    private static String unbracketed(String slice) {
        String text = slice.strip();
        return text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    }
}
