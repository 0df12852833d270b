package io.h5sink;

import io.h5sink.block.Room;
import io.h5sink.hdf5.Store;
import io.h5sink.hdf5.StoreException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves rows from the blocks to the file, and commits. Belongs to the HDF5 thread.
 *
 * <p>Rows are written by commits only, and between commits the file is closed. A commit is due when the interval has passed,
 * when a multiple of the agreed number of records is reached, and when the blocks hold so much that the publisher would soon
 * have to wait. It writes all rows of the first {@code n} records and none of later ones, so that columns of one record type
 * have the same length in every file that others see.
 */
final class Appender {

    /** What remains to be done. */
    enum Outcome {
        /** Wait for more records. */
        GO_ON,
        /** Come back after {@link #pause()}: someone else has the file, or there is no room. */
        RETRY,
        /** The session is over, and its listener was told. */
        OVER
    }

    /** A file that is refused at first may be for ever, if its writer died, and whoever starts a stream should soon hear of it. */
    private static final Duration FIRST_BUSY = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final Settings settings;
    private final Watch watch;
    private final Store store;
    private final Room room;
    private final Results results;
    private final Runnable roomMade;
    private final Supplier<@Nullable RejectedExecutionException> rejection;
    private final Account account;
    private @Nullable Outlet outlet;
    private @Nullable Progress progress;

    private List<Path> claimed = List.of();
    private boolean opened;
    private volatile boolean commitDue;
    private final Waiting waiting;
    private final FullDisk full;
    private long cut;

    /** Records that are in the file, which may still be in memory. */
    private long written;

    /** What ended the writing before the stream ended. */
    private @Nullable Problem problem;

    /** No record from this one on is written. */
    private long limit = Long.MAX_VALUE;

    /**
     * At the start.
     *
     * @param roomMade what to do when there is room in the blocks before {@link #advance} is over
     * @param rejection tells why the scheduler takes no more work, or null
     */
    Appender(
            Settings settings,
            Room room,
            Results results,
            Runnable roomMade,
            Supplier<@Nullable RejectedExecutionException> rejection) {
        this.settings = settings;
        this.roomMade = roomMade;
        this.rejection = rejection;
        this.watch = new Watch(settings.file(), settings.limits().call(), System::nanoTime);
        this.store = new WatchedStore(settings.stores(), watch);
        this.waiting = new Waiting(settings.file());
        this.full = new FullDisk(settings.file(), settings.limits().full());
        this.room = room;
        this.results = results;
        this.account = new Account(settings.file(), results);
    }

    /** Makes a commit due. */
    void commitSoon() {
        commitDue = true;
    }

    /** Records that are committed. Any thread. */
    long committed() {
        return account.committed();
    }

    /** What the calls of the store take. */
    Watch watch() {
        return watch;
    }

    /** After {@link Outcome#RETRY}, how long to wait, in nanoseconds. */
    long pause() {
        return full.isWaiting() && !full.isGivenUp() ? full.pause() : waiting.pause();
    }

    /** Waits no more for room on the disk. Any thread. */
    void giveUp() {
        full.giveUp();
    }

    /** After {@link Outcome#RETRY}, whether the pause is to be cut short. */
    boolean isUrgent() {
        return full.isWaiting() && full.isGivenUp();
    }

    /**
     * Does all there is to do.
     *
     * @param intake what took the records, null if there are none
     * @param received how many
     * @param ending how the session ends, null if it goes on
     */
    Outcome advance(@Nullable Intake intake, long received, @Nullable Ending ending) {
        try {
            claim();
            cut = Math.min(received, limit);
            openFirst();
            if (intake != null) {
                write(outlet(intake));
            }
            if (ending != null || problem != null) {
                finish(ending);
                return Outcome.OVER;
            }
            store.commit(); // closes what binding may have opened
            waiting.over();
            full.over();
            return Outcome.GO_ON;
        } catch (StoreException e) {
            return failed(e, ending);
        } catch (RuntimeException | Error e) {
            LOG.error("{}: writing failed", settings.file(), e);
            abandon(Problem.unexpected(e), ending);
            return Outcome.OVER;
        }
    }

    private void claim() {
        if (claimed.isEmpty()) {
            List<Path> identities = settings.access().identities(settings.file());
            if (!OpenFiles.claim(identities)) {
                throw StoreException.file("another sink in this JVM writes to it", null);
            }
            claimed = identities;
            if (watch.hasLimit()) {
                Watchdog.add(watch);
            }
        }
    }

    private void openFirst() {
        if (!opened) {
            store.open();
            settings.description().write(store);
            opened = true;
        }
    }

    private Outlet outlet(Intake intake) {
        if (outlet == null) {
            Intake columns = intake.columns();
            Routes.Routed routed = columns.routed();
            outlet = routed == null
                    ? new StraightOutlet(columns, store, roomMade)
                    : new RoutedOutlet(routed, columns, store);
            progress = new Progress(intake, store, positions -> OpenFiles.tell(claimed, positions));
        }
        return outlet;
    }

    /** Binds what the next commit may write, and nothing that comes after it: the library would make datasets of it too early. */
    private void bindNext(Outlet to) {
        long every = settings.commitRecords();
        Outlet.Refusal refusal = Objects.requireNonNull(progress).bind();
        if (refusal == null) {
            refusal = to.bind(every > 0 ? Math.min(cut, (written / every + 1) * every) : cut);
        }
        if (refusal != null) {
            stop(Problem.of(refusal.why()), refusal.ordinal() - 1);
        }
    }

    private Collection<Target> targets() {
        return outlet == null ? List.of() : outlet.targets();
    }

    /** Writes no record after the given one, and ends. */
    private void stop(Problem why, long lastRecord) {
        problem = why;
        limit = lastRecord;
        cut = Math.min(room.received(), limit); // the records before it were received by now
    }

    private void write(Outlet to) {
        long every = settings.commitRecords();
        bindNext(to);
        if (every > 0) {
            for (long at = (written / every + 1) * every; at <= cut; at += every) {
                commit(to, at);
                bindNext(to);
            }
        }
        if (commitDue || room.isTight()) {
            commitDue = false; // first, so that a commit that becomes due meanwhile is not forgotten
            try {
                commit(to, cut);
            } catch (StoreException e) {
                commitDue = true;
                throw e;
            }
        }
    }

    /** Completes the file with all rows of the first records, and tells if that makes them safe. */
    private void commit(Outlet to, long records) {
        if (records <= written) {
            return;
        }
        long start = System.nanoTime();
        Progress source = Objects.requireNonNull(progress);
        to.write(records);
        source.write(records);
        boolean safe = store.commit();
        written = records;
        source.commit();
        for (Target target : to.targets()) {
            if (target.commit()) {
                account.grew(target);
            }
        }
        account.tookSince(start);
        if (safe) {
            account.tell(written, progress, targets());
        }
    }

    /** Closes the file for good, which makes safe what was in memory. */
    private void closeLast() {
        long start = System.nanoTime();
        store.close();
        ByteBuffer image = store.image();
        Consumer<? super ByteBuffer> receiver = settings.image();
        if (image != null && receiver != null) {
            results.handOver(
                    () -> receiver.accept(image), e -> settings.failures().of(Problem.image(e), settings.file(), 0));
        }
        if (account.committed() < written) {
            account.tookSince(start);
            account.tell(written, progress, targets());
        }
    }

    private void finish(@Nullable Ending ending) {
        if (outlet != null) {
            commit(outlet, cut);
        }
        closeLast();
        settings.description().warnOfMissing(store, settings.file());
        full.over();
        WriteSummary summary = account.summary(room.skipped(), targets());
        release();
        Problem why = problem == null && ending != null ? ending.problem() : problem;
        Throwable error = ending == null ? null : ending.error();
        if (why != null) {
            H5Exception failure = settings.failures().of(why, settings.file(), account.committed());
            if (error != null) {
                failure.addSuppressed(error);
            }
            results.failed(failure);
        } else if (error != null) {
            results.failed(error);
        } else {
            results.completed(summary);
        }
    }

    private Outcome failed(StoreException e, @Nullable Ending ending) {
        RejectedExecutionException rejected = rejection.get();
        if (rejected != null) { // and has interrupted the call that failed
            Problem why = Problem.rejected(rejected);
            rejected.addSuppressed(e);
            abandon(why, ending);
        } else if (e.kind() == StoreException.Kind.BUSY) {
            Duration limit = settings.limits().busy();
            if (waiting.refused(e, opened || limit.compareTo(FIRST_BUSY) < 0 ? limit : FIRST_BUSY)) {
                return Outcome.RETRY;
            }
            abandon(Problem.busy(e, waiting.waited()), ending);
        } else if (e.kind() == StoreException.Kind.FULL && full.isWaitedFor() && (!opened || store.suspend())) {
            full.refused(e);
            return Outcome.RETRY;
        } else {
            abandon(Problem.of(e), ending);
        }
        return Outcome.OVER;
    }

    /** Gives up: what was committed is safe, what was not is lost. */
    void abandon(Problem why, @Nullable Ending ending) {
        List<Throwable> also = new ArrayList<>();
        takeBack(also);
        H5Exception failure = settings.failures().of(why, settings.file(), account.committed());
        if (ending != null && ending.error() != null) {
            failure.addSuppressed(ending.error());
        }
        also.forEach(failure::addSuppressed);
        if (problem != null && !problem.equals(why)) {
            failure.addSuppressed(settings.failures()
                    .of(problem, settings.file(), account.committed())); // what had ended the writing before
        }
        release();
        results.failed(failure);
    }

    /** Leaves the file as the last commit left it. */
    private void takeBack(List<Throwable> failures) {
        try {
            if (store.abandon()) {
                return;
            }
        } catch (RuntimeException | Error e) {
            failures.add(e);
            return;
        }
        for (Target target : targets()) {
            attempt(target::rollBack, failures);
        }
        if (progress != null) {
            attempt(progress::rollBack, failures);
        }
        attempt(store.isOpen() ? this::closeLast : store::close, failures);
    }

    private static void attempt(Runnable task, List<Throwable> failures) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            failures.add(e);
        }
    }

    private void release() {
        Watchdog.remove(watch);
        OpenFiles.release(claimed);
        claimed = List.of();
        progress = null;
        if (outlet != null) {
            outlet.close();
        }
        outlet = null; // whoever keeps the sink need not keep its blocks
    }
}
