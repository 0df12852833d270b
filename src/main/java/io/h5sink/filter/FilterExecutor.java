package io.h5sink.filter;

import io.h5sink.filter.codec.DamagedChunkException;
import io.h5sink.filter.codec.Scratch;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Threads that code chunks for all sinks, each of which has a {@link Line}. The threads take the chunks of the lines round-robin, one
 * of each, so that no line waits for more than one chunk of each other line. Threads are daemons named {@code h5sink-codec-N},
 * started with a chunk that finds too few of them, and ended when they have been idle for some seconds, so that no thread keeps a class
 * loader alive.
 */
public final class FilterExecutor {

    /** How many threads {@link #shared} has; read once. Defaults to the number of processors. */
    public static final String THREADS = "h5sink.codec.threads";

    private static final class Shared {
        static final FilterExecutor EXECUTOR = new FilterExecutor(
                Integer.getInteger(THREADS, Runtime.getRuntime().availableProcessors()));
    }

    private static final long IDLE_NANOS = 2_000_000_000;

    private final int threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ready = lock.newCondition();

    /** The lines that have a chunk for a thread of the executor, in the order in which threads serve them. */
    private final Deque<Line> roundRobin = new ArrayDeque<>();

    /** The number of threads that run, and of all that were ever started. Guarded by {@link #lock}. */
    private int running;

    private int startedEver;

    /**
     * An executor whose threads are not started yet.
     *
     * @param threads how many; at least 1
     */
    public FilterExecutor(int threads) {
        this.threads = Math.max(1, threads);
    }

    /**
     * The executor of all sinks.
     *
     * @return always the same executor
     */
    public static FilterExecutor shared() {
        return Shared.EXECUTOR;
    }

    /**
     * A new line, without chunks.
     *
     * @param ceiling how many bytes of coded chunks the line may hold that were not given back; one chunk is always allowed
     * @return a line, whose methods one thread calls
     */
    public Line line(long ceiling) {
        return new Line(ceiling);
    }

    private void startAll() {
        while (running < threads) {
            running++;
            Thread thread = new Thread(null, this::work, "h5sink-codec-" + ++startedEver, 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(FilterExecutor.class.getClassLoader());
            thread.start();
        }
    }

    private void work() {
        Scratch scratch = new Scratch();
        for (Task task = next(); task != null; task = next()) {
            task.run(scratch);
        }
    }

    /** Waits for a chunk; null if the thread was idle for so long that it ends, or is interrupted. */
    private @Nullable Task next() {
        lock.lock();
        try {
            long idle = IDLE_NANOS;
            while (true) {
                Line line = roundRobin.poll();
                if (line != null) {
                    line.listed = false;
                    if (line.mayStart()) {
                        Task task = line.queued.remove();
                        boolean started = line.starts(task);
                        line.list();
                        if (started) {
                            return task;
                        }
                    }
                } else if (idle <= 0) {
                    running--;
                    return null;
                } else {
                    idle = ready.awaitNanos(idle);
                }
            }
        } catch (InterruptedException e) {
            running--;
            return null;
        } finally {
            lock.unlock();
        }
    }

    private enum LineState {
        QUEUED,
        RUNNING,
        DONE
    }

    /** A chunk that is to be encoded. */
    public static final class Task {

        private final Line line;
        private final FilterPipeline pipeline;
        private final ByteBuffer raw;
        private LineState state = LineState.QUEUED;
        private @Nullable ByteBuffer out;
        private int mask;
        private @Nullable Throwable failure;

        private Task(Line line, FilterPipeline pipeline, ByteBuffer raw) {
            this.line = line;
            this.pipeline = pipeline;
            this.raw = raw;
        }

        /**
         * The stored bytes, once {@link Line#finish} has returned.
         *
         * @return from position to limit; direct
         */
        public ByteBuffer stored() {
            if (out == null) {
                throw new IllegalStateException("it is not done");
            }
            return out;
        }

        /**
         * The filter mask, once {@link Line#finish} has returned.
         *
         * @return a bit for each filter that the chunk did not go through
         */
        public int mask() {
            return mask;
        }

        private void run(Scratch scratch) {
            try {
                ByteBuffer to = stored();
                mask = pipeline.encode(raw.duplicate(), to, scratch);
                to.flip();
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            line.ended(this);
        }
    }

    /** The chunks of one sink, in the order in which the sink asks for them. All methods are called by one thread. */
    public final class Line implements AutoCloseable {

        private final Deque<Task> queued = new ArrayDeque<>();
        private final Condition ended = lock.newCondition();
        private final CodedMemory memory;
        private final Scratch scratch = new Scratch();
        private boolean listed;

        /**
         * Whether the JVM had no memory for a single chunk. The executor's threads then leave the line alone, and the line's own thread
         * tries again.
         */
        private boolean starved;

        private Line(long ceiling) {
            this.memory = new CodedMemory(ceiling);
        }

        /**
         * Queues a chunk for encoding.
         *
         * @param pipeline encodes it
         * @param raw its bytes, from position to limit, which must not change until the task is finished; direct
         * @return the task, for {@link #finish}
         */
        public Task add(FilterPipeline pipeline, ByteBuffer raw) {
            Task task = new Task(this, pipeline, raw);
            lock.lock();
            try {
                startAll();
                queued.add(task);
                list();
                return task;
            } finally {
                lock.unlock();
            }
        }

        /**
         * Encodes a chunk on the calling thread.
         *
         * @param pipeline encodes it
         * @param raw its bytes, from position to limit; direct
         * @return the task, for {@link #finish}
         */
        public Task run(FilterPipeline pipeline, ByteBuffer raw) {
            Task task = new Task(this, pipeline, raw);
            lock.lock();
            try {
                start(task);
            } finally {
                lock.unlock();
            }
            task.run(scratch);
            return task;
        }

        /**
         * Waits until a chunk is encoded. The calling thread encodes a chunk that no thread has begun, unless other lines wait for a
         * thread.
         *
         * @param task of this line
         */
        public void finish(Task task) {
            boolean mine = false;
            lock.lock();
            try {
                while (!mine && task.state != LineState.DONE) {
                    if (task.state == LineState.QUEUED && (!listed || roundRobin.size() == 1)) {
                        queued.remove(task); // no thread of the executor may start the task, or no other line waits
                        start(task);
                        mine = true;
                    } else {
                        ended.awaitUninterruptibly();
                    }
                }
            } finally {
                lock.unlock();
            }
            if (mine) {
                task.run(scratch);
            }
            if (task.failure instanceof DamagedChunkException failure) {
                give(task);
                throw failure;
            }
            if (task.failure != null) {
                throw new IllegalStateException("a chunk cannot be compressed: " + task.failure, task.failure);
            }
        }

        /**
         * Gives the bytes of a chunk back to the line.
         *
         * @param task one that was finished
         */
        public void give(Task task) {
            lock.lock();
            try {
                memory.give(task.stored());
                task.out = null;
                list();
            } finally {
                lock.unlock();
            }
        }

        /**
         * The memory of coded chunks, in use or kept for the next ones, and the scratch memory of the thread that calls this line.
         *
         * @return bytes
         */
        public long bytes() {
            lock.lock();
            try {
                return memory.bytes() + scratch.bytes();
            } finally {
                lock.unlock();
            }
        }

        /** Drops the chunks that no thread has begun, and frees the memory that is kept. */
        @Override
        public void close() {
            lock.lock();
            try {
                queued.clear();
                memory.clear();
                scratch.close();
            } finally {
                lock.unlock();
            }
        }

        private boolean mayStart() {
            Task next = queued.peek();
            return next != null && !starved && memory.has(next.pipeline.bound());
        }

        /** Gives a task its memory. */
        private void start(Task task) {
            task.out = memory.take(task.pipeline.bound());
            task.state = LineState.RUNNING;
        }

        /**
         * Whether a task has got its memory. If the JVM has none, the task waits until an earlier task gives its memory back, and the line
         * holds no more memory than now from then on, since each attempt takes the JDK half a second. If no earlier task holds memory, the
         * task has failed.
         */
        private boolean starts(Task task) {
            try {
                start(task);
                return true;
            } catch (OutOfMemoryError e) {
                if (memory.makeDo()) {
                    queued.addFirst(task);
                } else {
                    starved = true;
                    task.failure = e;
                    task.state = LineState.DONE;
                }
                ended.signalAll();
                return false;
            }
        }

        private void list() {
            if (!listed && mayStart()) {
                listed = true;
                roundRobin.add(this);
                ready.signal();
            }
        }

        private void ended(Task task) {
            lock.lock();
            try {
                task.state = LineState.DONE;
                ended.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
