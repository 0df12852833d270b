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

/** A file that is open for reading. All calls of the file run on the HDF5 thread, and callers wait for them. */
public final class SourceHandle {

    /** The longest wait for a commit that is in progress when the file is opened. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    final FileOrigin origin;
    public final boolean writable;
    private final List<Path> claimed;

    /** The open objects of the file, which must be closed before the file. Belongs to the HDF5 thread. */
    private final List<AutoCloseable> parts = new ArrayList<>();

    /** The open file; null once closed. Belongs to the HDF5 thread. */
    private @Nullable ReadableFile file;

    private SourceHandle(FileOrigin origin, boolean writable, List<Path> claimed, ReadableFile file) {
        this.origin = origin;
        this.writable = writable;
        this.claimed = claimed;
        this.file = file;
    }

    public static SourceHandle open(FileOrigin origin, boolean writable) {
        DiskPath.mustSuit(origin.path(), origin.stored().access());
        List<Path> claimed = writable ? origin.stored().identities() : List.of();
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
     * Opens a file for reading, without waiting for other programs. On the HDF5 thread.
     *
     * @throws StorageException if the file cannot be opened now
     */
    static SourceHandle now(FileOrigin origin) {
        Library.require();
        return new SourceHandle(
                origin, false, List.of(), ReadableFile.open(origin.stored(), ReadableFile.Purpose.LOOK));
    }

    private static ReadableFile opened(FileOrigin origin, boolean writable) {
        RetryPolicy retries = new RetryPolicy(origin.path(), Limits.DEFAULT.withBusy(PATIENCE));
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
                    throw origin.failures().reading(Problem.busy(e, retries.waited()), origin.path());
                }
                LockSupport.parkNanos(retries.pause());
            }
        }
    }

    /** Runs a task on the HDF5 thread, and waits for its result. */
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
     * Applies a function to the file on the HDF5 thread, and waits for its result.
     *
     * @throws H5Exception if the source is closed, or reading fails
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
        return origin.failures().reading(problem, origin.path());
    }

    /** Throws if the heap can never hold some bytes, before any of them is read. */
    void mustFit(long bytes, String object, String what) {
        long most = Runtime.getRuntime().maxMemory();
        if (bytes > most) {
            throw tooLarge(new OutOfMemoryError(bytes + " bytes, and the heap has " + most), object, what);
        }
    }

    /** The exception for values that the heap has no memory for. */
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

    /** Registers an open object of the file, to be closed before the file; on the HDF5 thread. */
    <P extends AutoCloseable> P keep(P part) {
        parts.add(part);
        return part;
    }

    /** Closes a registered object, if it is open; on the HDF5 thread. */
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

    /** The exception for a stored value that does not fit the Java type. */
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

    /** Closes the file with all its registered objects. Has no effect on a closed file. */
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
