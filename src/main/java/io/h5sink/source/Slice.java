package io.h5sink.source;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Basic slicing as NumPy writes it between brackets ("Indexing on ndarrays"), with h5py's limits: {@code start:stop:step} with
 * steps from 1, single indices, which drop their axis, and one {@code ...} for all axes between. Negative starts, stops and
 * indices count from the end. Immutable.
 */
public final class Slice {

    /** An index, or {@code start:stop:step}, or {@code ...}. */
    private static final Pattern PART = Pattern.compile(
            "\\s*(?:(\\.\\.\\.)|([+-]?\\d+)|([+-]?\\d+)?\\s*:\\s*([+-]?\\d+)?\\s*(?::\\s*([+-]?\\d+)?)?)\\s*");

    private record SlicePart(
            boolean ellipsis,
            @Nullable Long index,
            @Nullable Long start,
            @Nullable Long stop,
            long step) {}

    private final String text;
    private final List<SlicePart> parts;

    private Slice(String text, List<SlicePart> parts) {
        this.text = text;
        this.parts = parts;
    }

    /**
     * Reads a slice.
     *
     * @param text for example {@code ":2, ..., -1"}; {@code "()"} and the empty text are the whole array
     * @return the slice
     * @throws IllegalArgumentException if the text is no slice; the message names the part, in h5py's words where h5py has some
     */
    public static Slice parse(String text) {
        String inner = text.strip();
        if (inner.isEmpty() || inner.equals("()")) {
            return new Slice(text, List.of());
        }
        List<SlicePart> parts = new ArrayList<>();
        for (String part : inner.split(",", -1)) {
            if (part.isBlank() && parts.size() + 1 == inner.split(",", -1).length && !parts.isEmpty()) {
                break; // the comma that makes a tuple of one
            }
            parts.add(part(text, part));
        }
        if (parts.stream().filter(SlicePart::ellipsis).count() > 1) {
            throw refused(text, "Only one ellipsis may be used.");
        }
        return new Slice(text, List.copyOf(parts));
    }

    private static SlicePart part(String text, String part) {
        Matcher matcher = PART.matcher(part);
        if (!matcher.matches()) {
            throw refused(
                    text,
                    "\"" + part.strip()
                            + "\" is no index, start:stop:step or ... (fancy and boolean indexing, newaxis and"
                            + " names are not known here)");
        }
        if (matcher.group(1) != null) {
            return new SlicePart(true, null, null, null, 1);
        }
        Long index = number(text, matcher.group(2));
        if (index != null) {
            return new SlicePart(false, index, null, null, 1);
        }
        Long step = number(text, matcher.group(5));
        if (step != null && step < 1) {
            throw refused(text, "Step must be >= 1 (got " + step + ")");
        }
        return new SlicePart(
                false, null, number(text, matcher.group(3)), number(text, matcher.group(4)), step == null ? 1 : step);
    }

    private static @Nullable Long number(String text, @Nullable String digits) {
        try {
            return digits == null ? null : Long.valueOf(digits);
        } catch (NumberFormatException e) {
            throw refused(text, digits + " is beyond 64 bits");
        }
    }

    private static IllegalArgumentException refused(String text, String why) {
        return new IllegalArgumentException("slice \"" + text + "\": " + why);
    }

    /**
     * The elements of an array that this slice selects.
     *
     * @param shape the array's extents
     * @return the selection; axes that the slice does not mention are taken whole
     * @throws IllegalArgumentException if there are more parts than axes, or an index is out of range
     */
    public Selection on(long... shape) {
        int named = (int) parts.stream().filter(part -> !part.ellipsis).count();
        if (named > shape.length) {
            throw refused(text, named + " indexing arguments for " + shape.length + " dimensions");
        }
        Selection selection = Selection.all(shape);
        int axis = 0;
        for (SlicePart part : parts) {
            if (part.ellipsis) {
                axis += shape.length - named;
            } else {
                choose(part, axis, shape[axis], selection);
                axis++;
            }
        }
        return selection;
    }

    private void choose(SlicePart part, int axis, long extent, Selection selection) {
        if (part.index != null) {
            long index = part.index < 0 ? part.index + extent : part.index;
            if (index < 0 || index >= extent) {
                throw refused(
                        text,
                        "Index (" + part.index + ") out of range for "
                                + (extent == 0 ? "empty axis " + axis : "(0-" + (extent - 1) + ") of axis " + axis));
            }
            selection.start()[axis] = index;
            selection.count()[axis] = 1;
            selection.dropped()[axis] = true;
            return;
        }
        long start = bound(part.start == null ? 0 : part.start, extent);
        long stop = bound(part.stop == null ? extent : part.stop, extent);
        selection.start()[axis] = start;
        selection.step()[axis] = part.step;
        selection.count()[axis] = stop <= start ? 0 : (stop - start - 1) / part.step + 1;
    }

    private static long bound(long index, long extent) {
        return Math.min(extent, Math.max(0, index < 0 ? index + extent : index));
    }

    /** The text that this slice was parsed from. */
    @Override
    public String toString() {
        return text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Slice slice && parts.equals(slice.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }
}
