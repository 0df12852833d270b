package io.h5sink.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A program with less memory outside the heap than a chunk takes. */
public final class Starved {

    private static final int BYTES = 8 << 20;

    private Starved() {}

    /** Prints how many chunks have failed, and how many workers live. */
    public static void main(String... args) {
        Workers workers = new Workers(1);
        ChunkCodec codec = ChunkCodec.of(new Filtering(Method.LZF, 0, false, false), 1, BYTES);
        List<Workers.Line> lines = List.of(workers.line(8L * BYTES), workers.line(8L * BYTES));
        List<Workers.Task> tasks = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            tasks.add(lines.get(i % 2).add(codec, ByteBuffer.allocate(BYTES)));
        }
        int failed = 0;
        for (int i = 0; i < tasks.size(); i++) {
            try {
                lines.get(i % 2).finish(tasks.get(i));
            } catch (IllegalStateException | OutOfMemoryError e) {
                failed++;
            }
        }
        long alive = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("h5sink-codec"))
                .count();
        System.out.println(failed + " failed, " + alive + " alive");
    }
}
