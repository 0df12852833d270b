package io.h5sink.hostile;

import io.h5sink.H5Dataset;
import io.h5sink.H5Exception;
import io.h5sink.H5Group;
import io.h5sink.H5Source;
import io.h5sink.WriteSummary;
import io.h5sink.foreign.Specimens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A JVM that appends to hostile files, and may not survive it. Says on a line which file it opens, and on the next what came of
 * it.
 */
final class Victim {

    /** What it says of a file that was taken. */
    static final String WRITTEN = "written";

    /** What it says of a file that was only to be read, and was. */
    static final String READ = "read";

    /** What it says of a file that was not, before the reason. */
    static final String REFUSED = "refused";

    private static final int MOST_ELEMENTS = 100_000;
    private static final int MOST_LEVELS = 2;

    private Victim() {}

    /**
     * Opens files.
     *
     * @param args a directory of files; the number of the first turn and of the one after the last; whether what is opened is a
     *     mutation of the file whose turn it is, or a copy; whether it is appended to once it was read
     */
    public static void main(String... args) throws IOException {
        List<Path> files = Specimens.in(Path.of(args[0]));
        int first = Integer.parseInt(args[1]);
        int end = Integer.parseInt(args[2]);
        boolean mutate = Boolean.parseBoolean(args[3]);
        List<byte[]> contents = new ArrayList<>();
        for (Path file : mutate ? files : List.<Path>of()) {
            contents.add(Files.readAllBytes(file));
        }
        for (int turn = first; turn < end; turn++) {
            int which = turn % files.size();
            Path file = files.get(which);
            String story = "as it is";
            if (mutate) {
                Mutation.Result mutated = Mutation.of(turn, contents.get(which), contents);
                story = mutated.story();
                file = Files.createDirectories(file.resolveSibling("mutated")).resolve(file.getFileName());
                Files.write(file, mutated.bytes());
            }
            System.out.println("turn " + turn + ": " + file.getFileName() + ", " + story);
            System.out.println(outcome(file, Boolean.parseBoolean(args[4])));
        }
    }

    private static String outcome(Path file, boolean append) {
        try {
            read(file);
            if (!append) {
                return READ;
            }
        } catch (H5Exception e) {
            if (!append) {
                return REFUSED + " " + e.getMessage().replaceAll("\\s+", " ");
            }
        } catch (Throwable e) {
            return "unclear when read: " + e;
        }
        try {
            WriteSummary summary = Specimens.append(file, Specimens.APPENDED, 3);
            return summary.records() == Specimens.APPENDED ? WRITTEN : "unclear: " + summary;
        } catch (H5Exception e) {
            return REFUSED + " " + e.getMessage().replaceAll("\\s+", " ");
        } catch (Throwable e) {
            return "unclear: " + e;
        }
    }

    /** Reads all that can be, and throws what the first failure was. */
    private static void read(Path file) {
        try (H5Source h5 = H5Source.open(file)) {
            H5Exception first = read(h5.root(), null, 0);
            if (first != null) {
                throw first;
            }
        }
    }

    private static @Nullable H5Exception read(H5Group group, @Nullable H5Exception failure, int depth) {
        H5Exception first = failure;
        try {
            group.attributes().forEach((key, value) -> {});
            for (String name : group.datasets()) {
                try {
                    H5Dataset dataset = group.dataset(name);
                    dataset.attributes().forEach((key, value) -> {});
                    if (dataset.shape().stream().mapToDouble(extent -> extent).reduce(1, (a, b) -> a * b)
                            < MOST_ELEMENTS) {
                        dataset.read();
                    }
                } catch (H5Exception e) {
                    first = first == null ? e : first;
                }
            }
            for (String name : depth < MOST_LEVELS ? group.groups() : List.<String>of()) {
                first = read(group.group(name), first, depth + 1);
            }
        } catch (H5Exception e) {
            first = first == null ? e : first;
        }
        return first;
    }
}
