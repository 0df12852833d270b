package io.h5sink.testing;

import io.h5sink.engine.Positions;
import io.h5sink.engine.WritableFile;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.schema.Axes;
import io.h5sink.schema.ColumnType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory. It notes what a session does with it, and every way in which it is used that a {@link WritableFile} does not
 * allow: by two threads at a time, while it is closed, with a gap between rows.
 */
public final class MemoryStore implements WritableFile {

    /** What keeps the values of the rows, as opposed to only their number. */
    private final boolean keeping;

    private final Map<String, Data> datasets = new ConcurrentHashMap<>();
    private final AtomicReference<Thread> user = new AtomicReference<>();
    private final AtomicInteger opens = new AtomicInteger();
    private final AtomicInteger closes = new AtomicInteger();
    private final List<String> misuses = new CopyOnWriteArrayList<>();
    private final Queue<Map<String, Long>> closedWith = new ConcurrentLinkedQueue<>();
    private final Map<String, Long> positions = new ConcurrentHashMap<>();
    private final Map<String, Long> written = new ConcurrentHashMap<>();
    private long rowsAtFirst;
    private volatile boolean open;
    private volatile String lastThread = "none";

    private MemoryStore(boolean keeping) {
        this.keeping = keeping;
    }

    public static MemoryStore keeping() {
        return new MemoryStore(true);
    }

    public static MemoryStore counting() {
        return new MemoryStore(false);
    }

    /** With datasets that have rows from an earlier run, of which nothing is kept. */
    public MemoryStore begunWith(long rows) {
        rowsAtFirst = rows;
        return this;
    }

    public int opens() {
        return opens.get();
    }

    public int closes() {
        return closes.get();
    }

    /** What the session did wrong; to be empty. */
    public List<String> misuses() {
        return misuses;
    }

    /** The length of each dataset at each closing. */
    public List<Map<String, Long>> closedWith() {
        return List.copyOf(closedWith);
    }

    /** The length of each dataset, whether the file was closed since or not. */
    public Map<String, Long> rows() {
        Map<String, Long> rows = new TreeMap<>();
        datasets.forEach((path, data) -> rows.put(path, data.rows));
        return rows;
    }

    public long rows(String path) {
        Data data = datasets.get(path);
        return data == null ? 0 : data.rows;
    }

    /** The bytes that were written: fixed-size data and UTF-8 with its NULs. */
    public long bytes() {
        return datasets.values().stream().mapToLong(data -> data.bytes).sum();
    }

    /** The number of rows of text that were written. */
    public long textRows() {
        return datasets.values().stream()
                .filter(data -> data.type.variable())
                .mapToLong(data -> data.rows)
                .sum();
    }

    /** The values of a dataset of {@code long}s. */
    public long[] longs(String path) {
        Data data = datasets.get(path);
        synchronized (data.kept) {
            return data.kept.stream().mapToLong(value -> (Long) value).toArray();
        }
    }

    public List<Object> values(String path) {
        Data data = datasets.get(path);
        synchronized (data.kept) {
            return List.copyOf(data.kept);
        }
    }

    /** The name of the thread that last did anything. */
    String lastThread() {
        return lastThread;
    }

    @Override
    public void open() {
        use(() -> {
            if (open) {
                misuses.add("opened twice");
            }
            open = true;
            opens.incrementAndGet();
        });
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        use(() -> {
            if (open) {
                open = false;
                closedWith.add(rows());
                closes.incrementAndGet();
            }
        });
    }

    @Override
    public Dataset dataset(String path, ColumnType type, long[] chunk, ChunkCoding coding) {
        if (!open) {
            misuses.add("dataset " + path + " of a closed file");
        }
        return datasets.computeIfAbsent(path, absent -> new Data(path, type, (int) chunk[0]));
    }

    @Override
    public void attribute(String object, String name, ColumnType type, ByteBuffer data) {
        describe("attribute " + name + " of " + object);
    }

    @Override
    public SchemaDifference compare(Map<String, ColumnType> columns) {
        return new SchemaDifference(0, List.of(), List.of(), "", "");
    }

    @Override
    public Filled filled(String path) {
        throw new UnsupportedOperationException("a store that begins empty");
    }

    @Override
    public Latest latest(String path, ColumnType type) {
        throw new UnsupportedOperationException("a store of rows");
    }

    @Override
    public Positions positions() {
        describe("positions");
        return new Positions() {
            @Override
            public Map<String, Long> last() {
                return new TreeMap<>(positions);
            }

            @Override
            public void write(Map<String, Long> changed) {
                describe("positions");
                written.putAll(changed);
            }

            @Override
            public void committed() {
                use(() -> positions.putAll(written));
            }

            @Override
            public void rollBack() {
                use(written::clear);
            }
        };
    }

    @Override
    public @Nullable String attributeText(String object, String name) {
        return null;
    }

    @Override
    public void label(Axes axes) {
        describe("labels for " + axes.rows());
    }

    @Override
    public List<String> awaited() {
        return List.of();
    }

    @Override
    public void group(String path) {
        describe("group " + path);
    }

    @Override
    public void text(String path, ByteBuffer utf8) {
        describe("text " + path);
    }

    private void describe(String what) {
        use(() -> {
            if (!open) {
                misuses.add(what + " of a closed file");
            }
        });
    }

    private void use(Runnable use) {
        Thread me = Thread.currentThread();
        Thread other = user.compareAndExchange(null, me);
        if (other != null) {
            misuses.add(me.getName() + " came while " + other.getName() + " was there");
        }
        lastThread = me.getName();
        try {
            use.run();
        } finally {
            user.compareAndSet(me, null);
        }
    }

    private final class Data implements Dataset {

        final String path;
        final ColumnType type;
        final int chunkRows;
        final List<Object> kept = new ArrayList<>();
        volatile long rows;
        volatile long bytes;

        Data(String path, ColumnType type, int chunkRows) {
            this.path = path;
            this.type = type;
            this.chunkRows = chunkRows;
            this.rows = rowsAtFirst;
        }

        @Override
        public long rows() {
            return rows;
        }

        @Override
        public int chunkRows() {
            return chunkRows;
        }

        @Override
        public void write(long firstRow, int count, ByteBuffer data) {
            use(() -> {
                ByteBuffer from = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
                if (from.remaining() != count * type.rowBytes()) {
                    misuses.add(path + ": " + from.remaining() + " bytes for " + count + " rows");
                }
                if (keeping && type.kind() == ColumnType.Kind.INT64) {
                    synchronized (kept) {
                        while (from.hasRemaining()) {
                            kept.add(from.getLong());
                        }
                    }
                }
                append(firstRow, count, data.remaining());
            });
        }

        @Override
        public void writeVariable(long firstRow, int count, ByteBuffer utf8, IntBuffer starts) {
            use(() -> {
                if (keeping) {
                    synchronized (kept) {
                        for (int i = 0; i < count; i++) {
                            kept.add(text(utf8, starts.get(starts.position() + i)));
                        }
                    }
                }
                append(firstRow, count, utf8.remaining());
            });
        }

        @Override
        public void backfill(long length) {
            throw new UnsupportedOperationException("a store that begins empty");
        }

        @Override
        public void truncate(long length) {
            use(() -> {
                if (open && length < rows) {
                    synchronized (kept) {
                        while (kept.size() > length) {
                            kept.remove(kept.size() - 1);
                        }
                    }
                    rows = length;
                }
            });
        }

        private String text(ByteBuffer utf8, int start) {
            int end = start;
            while (utf8.get(end) != 0) {
                end++;
            }
            byte[] text = new byte[end - start];
            utf8.get(start, text);
            return new String(text, StandardCharsets.UTF_8);
        }

        private void append(long firstRow, int count, long more) {
            if (!open) {
                misuses.add(path + ": written while closed");
            }
            if (firstRow != rows) {
                misuses.add(path + ": row " + firstRow + " written after " + rows + " rows");
            }
            rows += count;
            bytes += more;
        }
    }
}
