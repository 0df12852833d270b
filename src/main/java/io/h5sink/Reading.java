package io.h5sink;

import io.h5sink.hdf5.Library;
import io.h5sink.hdf5.SourceFile;
import io.h5sink.hdf5.StoreException;
import io.h5sink.value.ValueMismatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A file that is open for reading, and the way to it: all calls go to the HDF5 thread, and callers wait. */
final class Reading {

    /** The longest that an opening waits for a commit that is on the way. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    final FileOrigin origin;
    final boolean writable;
    private final List<Path> claimed;

    /** What is open in the file, and must be closed before. Belongs to the HDF5 thread. */
    private final List<AutoCloseable> parts = new ArrayList<>();

    /** Null once it is closed. Belongs to the HDF5 thread. */
    private @Nullable SourceFile file;

    private Reading(FileOrigin origin, boolean writable, List<Path> claimed, SourceFile file) {
        this.origin = origin;
        this.writable = writable;
        this.claimed = claimed;
        this.file = file;
    }

    static Reading open(FileOrigin origin, boolean writable) {
        DiskPath.mustSuit(origin.file(), origin.access());
        List<Path> claimed = writable ? origin.access().identities(origin.file()) : List.of();
        if (!OpenFiles.claim(claimed)) {
            throw origin.failure(StoreException.busy("a sink, or another source that updates, has it open", null));
        }
        try {
            return new Reading(origin, writable, claimed, opened(origin, writable));
        } catch (RuntimeException | Error e) {
            OpenFiles.release(claimed);
            throw e;
        }
    }

    /**
     * Opens a file for reading, at once or not at all. On the HDF5 thread.
     *
     * @throws StoreException if that is not possible
     */
    static Reading now(FileOrigin origin) {
        Library.require();
        return new Reading(origin, false, List.of(), SourceFile.open(origin.stored(), SourceFile.Use.LOOK));
    }

    private static SourceFile opened(FileOrigin origin, boolean writable) {
        RetryPolicy retries = new RetryPolicy(origin.file(), Limits.DEFAULT.withBusy(PATIENCE));
        while (true) {
            try {
                return onHdf5(() -> {
                    Library.require();
                    return SourceFile.open(origin.stored(), writable ? SourceFile.Use.UPDATE : SourceFile.Use.READ);
                });
            } catch (StoreException e) {
                if (e.kind() != StoreException.Kind.BUSY) {
                    throw origin.failure(e);
                }
                if (!retries.busy(e, true)) {
                    throw origin.failures().reading(Problem.busy(e, retries.waited()), origin.file());
                }
                LockSupport.parkNanos(retries.pause());
            }
        }
    }

    /** Does something on the HDF5 thread, and waits for it. */
    private static <R extends @Nullable Object> R onHdf5(Supplier<R> work) {
        if (Threads.isHdf5()) {
            return work.get();
        }
        CompletableFuture<R> result = new CompletableFuture<>();
        Threads.HDF5.schedule(() -> complete(result, work));
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof OutOfMemoryError cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static <R extends @Nullable Object> void complete(CompletableFuture<R> result, Supplier<R> work) {
        try {
            result.complete(work.get());
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }

    /**
     * Asks the file, on the HDF5 thread, and waits.
     *
     * @throws H5Exception if the source is closed, or the file does not answer
     */
    <R extends @Nullable Object> R ask(Function<SourceFile, R> question) {
        try {
            return onHdf5(() -> question.apply(file()));
        } catch (StoreException e) {
            throw origin.failure(e);
        } catch (OutOfMemoryError e) {
            throw tooLarge(e, null, "what is read at once");
        }
    }

    private H5Exception failure(Problem problem) {
        return origin.failures().reading(problem, origin.file());
    }

    /** Throws if there will be no memory for something, before any of it is read. */
    void mustFit(long bytes, String object, String what) {
        long most = Runtime.getRuntime().maxMemory();
        if (bytes > most) {
            throw tooLarge(new OutOfMemoryError(bytes + " bytes, and the heap has " + most), object, what);
        }
    }

    /** There is no memory for something. */
    H5Exception tooLarge(OutOfMemoryError e, @Nullable String object, String what) {
        return failure(Problem.tooLarge(e, object, what));
    }

    /** The file; on the HDF5 thread. */
    SourceFile file() {
        if (file == null) {
            throw failure(Problem.closed(new IllegalStateException("closed")));
        }
        return file;
    }

    /** Takes care that a part is closed before the file; on the HDF5 thread. */
    <P extends AutoCloseable> P keep(P part) {
        parts.add(part);
        return part;
    }

    /** Closes a part, if it is open; on the HDF5 thread. */
    void close(AutoCloseable part) {
        if (parts.remove(part)) {
            try {
                part.close();
            } catch (StoreException e) {
                throw origin.failure(e);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** What a value is that does not fit. */
    H5Exception mismatch(ValueMismatch e, String object, long row) {
        return failure(Problem.of(e, object, row));
    }

    private void close(SourceFile open) {
        try {
            open.close();
        } finally {
            OpenFiles.release(claimed);
        }
    }

    /** Closes it, with all its parts. Does nothing if it is closed. */
    void close() {
        try {
            onHdf5(() -> {
                SourceFile open = file;
                file = null;
                if (open != null) {
                    try {
                        List.copyOf(parts).forEach(this::close);
                    } finally {
                        close(open);
                    }
                }
                return true;
            });
        } catch (StoreException e) {
            throw origin.failure(e);
        }
    }
}
