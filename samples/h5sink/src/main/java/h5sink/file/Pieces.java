package h5sink.file;

import io.h5sink.H5Dataset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A dataset in pieces that fit into memory, by what its values take there, which may be far more than what they take in the file. */
public final class Pieces {

    private static final long PIECE_BYTES = 8 << 20;
    /** A chunk is not cut, which would unpack it again and again, unless it takes more. */
    private static final long MOST_BYTES = 1 << 28;
    /** What an element of variable length is taken for. */
    private static final long VARIABLE_BYTES = 256;

    /** A piece of which this part is stored is read as a whole. */
    private static final int MUCH = 8;

    /** In place of the chunks of such a piece. */
    private static final List<long[]> WHOLE = List.of();

    private static final Pattern TYPE = Pattern.compile("(compound\\{)|(})|\\[([\\d, ]+)]|string of (\\d+) bytes"
            + "|(ragged |variable-length )|\\b(?:u?int|float)(8|16|32|64)\\b|\\b(bool\\b|enum\\{[^}]*})");

    private final long[] shape;
    private final long[] block;

    private Pieces(long[] shape, long[] block) {
        this.shape = shape;
        this.block = block;
    }

    /** Whether there is no element in it. */
    static boolean isEmpty(H5Dataset dataset) {
        return dataset.ndim() == 0 ? dataset.size() == 0 : dataset.shape().contains(0L);
    }

    /** Hands over slices that are all of a dataset, one after the other; stops at the first one that is not accepted. */
    static boolean all(H5Dataset dataset, Predicate<String> accepted) {
        if (isEmpty(dataset)) {
            return true;
        }
        if (dataset.ndim() == 0) {
            return accepted.test("...");
        }
        long[] shape = longs(dataset.shape());
        long[] block = block(shape, longs(dataset.chunks()), bytes(dataset.type()));
        return new Pieces(shape, block).from(0, new ArrayList<>(), accepted);
    }

    /**
     * Hands over slices that have all of a dataset that is stored: whole pieces where much of them is, and else chunk by chunk, so that what was
     * never written costs nothing; stops at the first one that is not accepted.
     */
    public static void stored(H5Dataset dataset, Predicate<String> taker) {
        long[] chunk = longs(dataset.chunks());
        if (isEmpty(dataset) || chunk.length == 0) {
            all(dataset, taker);
            return;
        }
        long[] shape = longs(dataset.shape());
        long[] block = block(shape, chunk, bytes(dataset.type()));
        long most = 1;
        for (int axis = 0; axis < chunk.length; axis++) {
            most = saturated(most, Math.max(1, block[axis] / chunk[axis]));
        }
        long few = most / MUCH;
        Map<List<Long>, List<long[]>> blocks = new LinkedHashMap<>();
        dataset.storedChunks(offset -> {
            List<Long> start = new ArrayList<>();
            for (int axis = 0; axis < offset.length; axis++) {
                start.add(offset[axis] / block[axis] * block[axis]);
            }
            List<long[]> chunks = blocks.computeIfAbsent(start, none -> new ArrayList<>());
            if (chunks != WHOLE) {
                chunks.add(offset);
                if (chunks.size() > few) {
                    blocks.put(start, WHOLE);
                }
            }
        });
        Pieces pieces = new Pieces(shape, block);
        List<String> slices = new ArrayList<>();
        blocks.forEach((start, chunks) -> {
            if (chunks == WHOLE) {
                slices.add(pieces.text(start.stream().mapToLong(Long::longValue).toArray(), block));
            }
            chunks.forEach(offset -> slices.add(pieces.text(offset, chunk)));
        });
        slices.stream().allMatch(taker);
    }

    private String text(long[] start, long[] extents) {
        List<String> ranges = new ArrayList<>();
        for (int axis = 0; axis < start.length; axis++) {
            ranges.add(start[axis] + ":" + (start[axis] + Math.min(extents[axis], shape[axis] - start[axis])));
        }
        return String.join(", ", ranges);
    }

    private static long[] longs(List<Long> extents) {
        return extents.stream().mapToLong(Long::longValue).toArray();
    }

    /** Whole chunks, as many as go into a piece, or the like of a dataset without chunks: along the last axes first. */
    static long[] block(long[] shape, long[] chunk, long elementBytes) {
        long[] unit = new long[shape.length];
        Arrays.fill(unit, 1);
        long bytes = elementBytes;
        for (int axis = 0; axis < chunk.length; axis++) {
            unit[axis] = Math.min(chunk[axis], shape[axis]);
            bytes = saturated(bytes, unit[axis]);
        }
        if (bytes > MOST_BYTES) {
            Arrays.fill(unit, 1);
            bytes = elementBytes;
        }
        long[] block = unit.clone();
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            long units = Math.min((shape[axis] - 1) / unit[axis] + 1, Math.max(1, PIECE_BYTES / bytes));
            block[axis] = Math.min(shape[axis], units * unit[axis]);
            bytes *= units;
        }
        return block;
    }

    private static long saturated(long bytes, long times) {
        return bytes > Long.MAX_VALUE / times ? Long.MAX_VALUE : bytes * times;
    }

    private boolean from(int axis, List<String> ranges, Predicate<String> accepted) {
        if (axis == shape.length) {
            return accepted.test(text(ranges));
        }
        for (long start = 0; start < shape[axis]; start += block[axis]) {
            ranges.add(start + ":" + (start + Math.min(block[axis], shape[axis] - start)));
            boolean goOn = from(axis + 1, ranges, accepted);
            ranges.remove(axis);
            if (!goOn) {
                return false;
            }
        }
        return true;
    }

    /** Axes at the end that are whole need not be said. */
    private String text(List<String> ranges) {
        int said = ranges.size();
        while (said > 1 && block[said - 1] == shape[said - 1]) {
            said--;
        }
        return String.join(", ", ranges.subList(0, said));
    }

    /** What an element of a type takes in memory, by {@link H5Dataset#type}; an estimate where lengths vary. */
    public static long bytes(String type) {
        Deque<Long> outer = new ArrayDeque<>();
        long sum = 0; // of the members before the last one
        long last = 0;
        Matcher part = TYPE.matcher(type);
        while (part.find()) {
            if (part.group(1) != null) {
                outer.push(sum + last);
                sum = 0;
                last = 0;
            } else if (part.group(2) != null) {
                last += sum;
                sum = outer.isEmpty() ? 0 : outer.pop();
            } else if (part.group(3) != null) {
                for (String extent : part.group(3).split(", ")) {
                    last = saturated(last, Math.max(1, Long.parseLong(extent)));
                }
            } else {
                sum += last;
                last = scalar(part);
            }
        }
        return Math.max(1, sum + last);
    }

    private static long scalar(Matcher part) {
        if (part.group(4) != null) {
            return Long.parseLong(part.group(4));
        }
        if (part.group(5) != null) {
            return VARIABLE_BYTES;
        }
        return part.group(6) == null ? (part.group().equals("bool") ? 1 : 8) : Long.parseLong(part.group(6)) / 8;
    }
}
