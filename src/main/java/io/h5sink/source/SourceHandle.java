package io.h5sink.source;

import io.h5sink.H5Exception;
import io.h5sink.access.DiskPath;
import io.h5sink.access.Limits;
import io.h5sink.access.OpenFiles;
import io.h5sink.access.Problem;
import io.h5sink.access.RetryPolicy;
import io.h5sink.access.Threads;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.read.ReadableFile;
import io.h5sink.schema.ValueMismatch;
import io.h5sink.storage.StorageException;
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
public final class SourceHandle {

    /** The longest that an opening waits for a commit that is on the way. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    final FileOrigin origin;
    public final boolean writable;
    private final List<Path> claimed;

    /** What is open in the file, and must be closed before. Belongs to the HDF5 thread. */
    private final List<AutoCloseable> parts = new ArrayList<>();

    /** Null once it is closed. Belongs to the HDF5 thread. */
    private @Nullable ReadableFile file;

    private SourceHandle(FileOrigin origin, boolean writable, List<Path> claimed, ReadableFile file) {
        this.origin = origin;
        this.writable = writable;
        this.claimed = claimed;
        this.file = file;
    }

    public static SourceHandle open(FileOrigin origin, boolean writable) {
        DiskPath.mustSuit(origin.file(), origin.access());
        List<Path> claimed = writable ? origin.access().identities(origin.file()) : List.of();
        if (!OpenFiles.claim(claimed)) {
            throw origin.failure(StorageException.busy("a sink, or another source that updates, has it open", null));
        }
        try {
            return new SourceHandle(origin, writable, claimed, opened(origin, writable));
        } catch (RuntimeException | Error e) {
            OpenFiles.release(claimed);
            throw e;
        }
    }

    /**
     * Opens a file for reading, at once or not at all. On the HDF5 thread.
     *
     * @throws StorageException if that is not possible
     */
    static SourceHandle now(FileOrigin origin) {
        Library.require();
        return new SourceHandle(
                origin, false, List.of(), ReadableFile.open(origin.stored(), ReadableFile.Purpose.LOOK));
    }

    private static ReadableFile opened(FileOrigin origin, boolean writable) {
        RetryPolicy retries = new RetryPolicy(origin.file(), Limits.DEFAULT.withBusy(PATIENCE));
        while (true) {
            try {
                return onHdf5(() -> {
                    Library.require();
                    return ReadableFile.open(
                            origin.stored(), writable ? ReadableFile.Purpose.UPDATE : ReadableFile.Purpose.READ);
                });
            } catch (StorageException e) {
                if (e.kind() != StorageException.Kind.BUSY) {
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
    public <R extends @Nullable Object> R ask(Function<ReadableFile, R> question) {
        try {
            return onHdf5(() -> question.apply(file()));
        } catch (StorageException e) {
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
    public ReadableFile file() {
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
            } catch (StorageException e) {
                throw origin.failure(e);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** What a value is that does not fit. */
    public H5Exception mismatch(ValueMismatch e, String object, long row) {
        return failure(Problem.of(e, object, row));
    }

    private void close(ReadableFile open) {
        try {
            open.close();
        } finally {
            OpenFiles.release(claimed);
        }
    }

    /** Closes it, with all its parts. Does nothing if it is closed. */
    public void close() {
        try {
            onHdf5(() -> {
                ReadableFile open = file;
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
        } catch (StorageException e) {
            throw origin.failure(e);
        }
    }
}
