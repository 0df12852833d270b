package io.h5sink.filter;

import io.h5sink.filter.codec.Method;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A program with 4 MiB of memory outside the heap: less than a large chunk takes, and more than a small one. */
public final class Starved {

    private static final int LARGE = 8 << 20;
    private static final int SMALL = 1 << 20;

    private Starved() {}

    /** Prints how many chunks were coded, and how many workers live. */
    public static void main(String... args) {
        FilterExecutor workers = new FilterExecutor(1);
        int ofLarge = coded(workers, ByteBuffer.allocate(LARGE));
        int ofSmall = coded(workers, ByteBuffer.allocateDirect(SMALL));
        long alive = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("h5sink-codec"))
                .count();
        System.out.println(ofLarge + " large, " + ofSmall + " small, " + alive + " alive");
    }

    /** How many of twelve chunks a line codes that would like to have eight at once. */
    private static int coded(FilterExecutor workers, ByteBuffer raw) {
        int bytes = raw.capacity();
        FilterPipeline pipeline = FilterPipeline.of(new Filtering(Method.LZF, 0, false, false), 1, bytes);
        int coded = 0;
        try (FilterExecutor.Line line = workers.line(8L * bytes)) {
            List<FilterExecutor.Task> tasks = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                tasks.add(line.add(pipeline, raw.duplicate()));
            }
            for (FilterExecutor.Task task : tasks) {
                try {
                    line.finish(task);
                    line.give(task);
                    coded++;
                } catch (IllegalStateException | OutOfMemoryError e) {
                    // there is no memory for it
                }
            }
        }
        return coded;
    }
}
