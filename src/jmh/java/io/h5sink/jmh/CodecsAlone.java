package io.h5sink.jmh;

import io.h5sink.filter.FilterPipeline;
import io.h5sink.filter.Filtering;
import io.h5sink.filter.codec.Method;
import io.h5sink.filter.codec.Scratch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** What the codecs can do at most: chunks that are ready, on as many threads as there are processors, to nowhere. */
final class CodecsAlone implements Work {

    private static final int CHUNK_BYTES = 128 << 10;
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    private final List<ByteBuffer> chunks = new ArrayList<>();
    private final FilterPipeline pipeline;
    private final ExecutorService threads;
    private final int recordBytes;

    CodecsAlone(String method, Path walk, int recordBytes) {
        this.recordBytes = recordBytes;
        pipeline = FilterPipeline.of(filtering(method), Double.BYTES, CHUNK_BYTES);
        for (double[] column : Walk.read(walk)) {
            ByteBuffer bytes =
                    ByteBuffer.allocateDirect(column.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asDoubleBuffer().put(column);
            for (int at = 0; at < bytes.capacity(); at += CHUNK_BYTES) {
                chunks.add(bytes.slice(at, CHUNK_BYTES));
            }
        }
        AtomicInteger count = new AtomicInteger();
        threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "h5sink-codec-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    private static Filtering filtering(String method) {
        return switch (method) {
            case "gzip" -> new Filtering(Method.GZIP, 1, true, false);
            case "zstd" -> new Filtering(Method.ZSTD, 3, true, false);
            case "lz4" -> new Filtering(Method.LZ4, 0, true, false);
            default -> new Filtering(Method.LZF, 0, true, false);
        };
    }

    @Override
    public void run(Path file, int records, Clock clock) throws InterruptedException, ExecutionException {
        long count = (long) records * recordBytes / CHUNK_BYTES;
        AtomicInteger next = new AtomicInteger();
        Callable<Void> share = () -> {
            try (Scratch scratch = new Scratch()) {
                ByteBuffer out = ByteBuffer.allocateDirect(pipeline.bound());
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    pipeline.encode(chunks.get(i % chunks.size()).duplicate().clear(), out.clear(), scratch);
                }
            }
            return null;
        };
        List<Future<Void>> shares = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            shares.add(threads.submit(share));
        }
        for (Future<Void> each : shares) {
            each.get();
        }
    }
}
