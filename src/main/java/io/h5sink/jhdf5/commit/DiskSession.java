package io.h5sink.jhdf5.commit;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.OpenMode;
import io.h5sink.engine.OpenRequest;
import io.h5sink.engine.Unusable;
import io.h5sink.hdf5.FileOpener;
import io.h5sink.hdf5.file.WriterLease;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.file.Opening;
import io.h5sink.storage.RealPath;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.transaction.CommitMark;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The C library's session with a file on disk, each commit to which is all or nothing. If other programs may write between commits, the C
 * library has the file closed then: H5Fclose of a file that another program has opened meanwhile would do harm.
 */
public final class DiskSession extends LoggedSession {

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    /** The most metadata that HDF5's metadata cache may keep between commits, in bytes. */
    private static final long KEPT = 32L << 20;

    private final DirectWriting direct = new DirectWriting();

    /** {@link Handle#lost} when the file was opened. */
    private int lost;

    /** Keeps other programs away for a whole commit if the superblock has no place for a mark (superblocks 0 to 2). */
    private FileGuard held = FileGuard.none();

    public DiskSession(OpenRequest request) {
        super(request);
    }

    @Override
    public void open() {
        assertState();
        try {
            if (direct.isOn()) {
                openDirectly();
                return;
            }
            if (heldId() != CLOSED && !begin()) {
                throw changedMeanwhile();
            }
            if (heldId() == CLOSED) {
                boolean create = safe == null ? lease() : mustBeUsable();
                try {
                    openAlone(create);
                } catch (StorageException e) {
                    if (create) {
                        unmake(e.kind() == StorageException.Kind.FULL);
                    }
                    throw e;
                }
            }
            safe().begun();
        } catch (HDF5Exception e) {
            throw StorageException.file("HDF5 refused the file: " + ErrorStack.reason(e), e);
        } catch (IOException e) {
            throw StorageException.file("it cannot be opened: " + e.getMessage(), e);
        }
    }

    private void openAlone(boolean create) throws IOException, HDF5Exception {
        FileGuard guard = create ? FileGuard.none() : guard();
        try {
            open(create || mustBeUsable());
            if (!create && !safe().isMarkable()) {
                held = guard;
                guard = FileGuard.none();
            }
        } finally {
            guard.close();
        }
    }

    /** Begins a commit, or resumes one that waited; false if another program has written to the file meanwhile. */
    private boolean begin() throws IOException, HDF5Exception {
        letGo();
        if (state().isSuspended() && !safe().isMarkable()) {
            held = guard();
        }
        try {
            return safe().begin() || !safe().isChanged();
        } catch (StorageException e) {
            letGo();
            throw e;
        }
    }

    private void letGo() throws HDF5Exception {
        FileGuard guard = held;
        held = FileGuard.none();
        guard.close();
    }

    private void openDirectly() throws IOException {
        if (!safe().begin()) {
            if (!state().isSuspended()) {
                direct.again(safe());
            } else if (safe().isChanged()) {
                throw changedMeanwhile();
            }
        }
        safe().begun();
    }

    private static StorageException changedMeanwhile() {
        return StorageException.file("another program has written to it while it waited for disk space", null);
    }

    @Override
    @Nullable
    public SpaceAllocator direct() {
        return direct.file();
    }

    @Override
    @Nullable
    public SpaceAllocator goDirect() throws HDF5Exception {
        try {
            if (!request.followed() && safe().mayBeDirect()) {
                library(); // opens the file again if the C library closed it and then failed
                flushAndClose();
                safe().made();
                if (direct.begin(safe()) == null) {
                    library();
                }
            }
            return direct.file();
        } catch (IOException e) {
            throw incomplete(e);
        }
    }

    @Override
    public String whyLibrary() {
        if (request.followed()) {
            return "readers may follow (Sharing.SWMR)";
        }
        return access() instanceof PosixDriver
                ? "it is in a format that is not that of HDF5 1.10 and later"
                : "it is kept by " + access();
    }

    @Override
    public @SuppressWarnings("try") // the guard is closed at the end
    long library() throws HDF5Exception {
        if (isOpen() && heldId() == CLOSED) {
            direct.prepareEnd();
            try {
                if (direct.isOn() || state().isMade()) {
                    safe().mustBeThere();
                    safe().handOver();
                    direct.end();
                }
                mustBeUsable();
                try (FileGuard guard = guard()) {
                    open(mustBeUsable());
                } catch (StorageException e) {
                    safe().idle();
                    throw e;
                }
            } catch (IOException e) {
                throw StorageException.file("it cannot be opened: " + e.getMessage(), e);
            }
        }
        return heldId();
    }

    /** Locks a file that other programs may write to between commits, while the C library opens or closes the file. */
    private FileGuard guard() throws HDF5Exception {
        return request.releases() && access().onDisk() && !access().inMemory()
                ? FileGuard.of(lease.file())
                : FileGuard.none();
    }

    /** Undoes the attempt to create the file, and removes what was written if the disk became full meanwhile. */
    private void unmake(boolean begun) throws IOException {
        LibraryCommit making = safe();
        safe = null;
        if (begun) {
            making.undo();
        } else {
            making.unmade();
        }
        making.end();
    }

    /** Takes the {@link WriterLease}, and undoes the unfinished commit of a writer that died; true if the file must be created. */
    private boolean lease() throws IOException, HDF5Exception {
        Named.mustPass(RealPath.of(lease.file().path()));
        boolean create = lease.take();
        safe = new LibraryCommit(lease.request(), lease.journal());
        if (create) {
            safe.birth();
        }
        return create;
    }

    private boolean mustBeUsable() throws IOException {
        if (safe != null) {
            safe.mark.mustBeFree();
            safe.mustBeThere();
        }
        FileOpener.mustBeUsable(lease.file());
        return false;
    }

    private void open(boolean create) throws IOException, HDF5Exception {
        long size = 0;
        if (!create) {
            safe().opening();
            size = safe().size();
        }
        try (Opening opening = new Opening(access())) {
            MetadataLog log = MetadataLog.in(opening.list.id, create);
            try {
                heldId(
                        create
                                ? opening.create(
                                        lease.file().path(), request.mode() == OpenMode.TRUNCATE, request.releases())
                                : opening.open(lease.file().path()));
            } catch (StorageException e) {
                if (!create) {
                    safe().mustBeQuiet(size); // or another program has changed the file meanwhile
                }
                throw e;
            } finally {
                if (heldId() == CLOSED) {
                    log.close();
                }
            }
            lost = Handle.lost();
            if (!create) {
                H5.H5Fstart_mdc_logging(heldId());
            }
            safe().opened(log);
            if (!create && request.releases()) {
                adopt(size, opening.lockFree);
            }
        }
    }

    private void adopt(long size, boolean lockFree) throws IOException, HDF5Exception {
        try {
            safe().adopt(size, lockFree);
        } catch (StorageException e) {
            closeStale();
            throw e;
        }
    }

    /**
     * Closes a file that another program has changed, and restores that program's bytes. If that is not possible, the file stays open and
     * is noted as {@link Unusable}.
     */
    @SuppressWarnings("try") // the guard is closed at the end
    private void closeStale() throws IOException, HDF5Exception {
        long closing = heldId();
        safe().mark.leave();
        try (FileGuard guard = guard()) {
            safe().closeStale(closing, identifiers::closeAll, () -> {
                heldId(CLOSED);
                H5.H5Fclose(closing);
            });
        } catch (StorageException | IOException e) {
            heldId(CLOSED);
            Unusable.add(safe().key());
            LOG.warn("{}: HDF5 keeps it open, because {}", lease.file().path(), e.getMessage());
        }
    }

    @Override
    public boolean suspend() {
        assertState();
        try {
            if (isOpen() && (direct.isOn() || heldId() != CLOSED) && safe().suspend()) {
                letGo();
            }
        } catch (IOException | HDF5Exception e) {
            LOG.debug("{}: it cannot be left to others", lease.file().path(), e);
        }
        return state().isSuspended();
    }

    @Override
    public boolean isOpen() {
        return state().isOpen();
    }

    private FileDriver access() {
        return request.file().access();
    }

    private TransactionState state() {
        return safe == null ? TransactionState.UNCLAIMED : safe.state();
    }

    private void assertState() {
        assert state().allows(heldId() != CLOSED, direct.isOn()) : state() + ", " + heldId() + ", " + direct.isOn();
    }

    @Override
    public boolean commit() throws HDF5Exception {
        assertState();
        if (state().isSuspended()) {
            open();
        }
        if (!isOpen()) {
            return true;
        }
        try {
            if (!direct.isOn()) {
                library(); // opens the file if the C library failed to before
            }
            if (direct.isOn()) {
                direct.commit(safe());
            } else if (!request.releases() && !safe().isLogIncomplete() && isSmall()) {
                boolean rows = !identifiers.isEmpty(); // before some of the identifiers are closed
                identifiers.closeSome();
                safe().prepare(heldId());
                H5.H5Fflush(heldId(), HDF5Constants.H5F_SCOPE_GLOBAL);
                safe().done(false);
                if (rows) {
                    follow();
                }
            } else {
                complete();
            }
            safe().committed();
            return true;
        } catch (IOException e) {
            throw incomplete(e);
        }
    }

    /** Whether HDF5's metadata cache is small enough to be kept after the commit; always so if readers follow. */
    private boolean isSmall() throws HDF5Exception {
        long[] sizes = new long[4];
        H5.H5Fget_mdc_size(heldId(), sizes);
        return request.followed() || sizes[2] < KEPT;
    }

    /** Starts SWMR writing after the first commit that has rows. */
    private void follow() throws HDF5Exception {
        if (request.followed() && !followed) {
            identifiers
                    .closeAll(); // HDF5 1.10 would reopen datasets without their access properties, and hold raw data
            // back
            H5.H5Fstart_swmr_write(heldId());
            followed = true;
        }
    }

    private void complete() throws IOException, HDF5Exception {
        flushAndClose();
        safe().done(true);
        letGo();
    }

    private void flushAndClose() throws IOException, HDF5Exception {
        identifiers.closeAll();
        if (safe().isUnlogged()) {
            H5.H5Fstop_mdc_logging(heldId());
        }
        safe().prepare(heldId());
        H5.H5Fflush(heldId(), HDF5Constants.H5F_SCOPE_GLOBAL);
        safe().hold(); // because H5Fclose takes the mark away
        long closing = heldId();
        heldId(CLOSED); // also if H5Fclose fails: HDF5 crashes if such a file is used again
        H5.H5Fclose(closing);
        safe().closed();
    }

    @Override
    public void tidy(List<SessionStep> steps) throws HDF5Exception {
        if (!direct.isOn() || state().isSuspended()) {
            return;
        }
        commit();
        CommitMark mark = safe().mark;
        mark.keep(true); // so that the cached structure of the file stays valid
        try {
            for (SessionStep step : steps) {
                openDirectly();
                step.run(Objects.requireNonNull(direct.file()));
                direct.commit(safe());
                safe().idle();
            }
        } catch (IOException | StorageException e) {
            LOG.debug("{}: it stays larger than it might be", lease.file().path(), e);
            undoDirectly(); // the session ends all the same
        } finally {
            safe().idle();
            mark.keep(false);
        }
        leaveTidied();
    }

    private void leaveTidied() {
        try {
            safe().leaveToOthers();
        } catch (IOException e) {
            throw incomplete(e);
        }
    }

    private void undoDirectly() {
        try {
            if (isOpen()) {
                safe().undo();
            }
        } catch (IOException e) {
            throw incomplete(e);
        }
    }

    @Override
    public void close() throws HDF5Exception {
        assertState();
        try {
            if (state().isSuspended()) {
                open();
            }
            if (direct.isOn() && isOpen()) {
                direct.commit(safe());
                safe().idle();
                safe().leave();
            } else if (direct.isOn()) {
                safe().leave();
            } else if (heldId() != CLOSED) {
                if (!isOpen()) {
                    safe().begin();
                }
                complete();
            }
        } catch (IOException e) {
            throw incomplete(e);
        } finally {
            end();
        }
    }

    @Override
    public boolean abandon() throws HDF5Exception {
        if (isOpen() || state().isSuspended()) {
            end();
        } else {
            close();
        }
        return true;
    }

    /**
     * Ends the session with the file as the last commit, or another program since, has left it; false if another program has the file open,
     * and the session ends later.
     */
    private boolean end() throws HDF5Exception {
        assertState();
        boolean later = false;
        try {
            if (state().isSuspended() && !begin()) {
                safe().idle(); // another program has changed the file
            } else if (state().isSuspended()) {
                safe().begun();
            }
            leave();
        } catch (IOException e) {
            throw incomplete(e);
        } catch (StorageException e) {
            later = state().isSuspended() && e.kind() == StorageException.Kind.BUSY;
            if (!later) {
                throw e;
            }
            endLater(e);
        } finally {
            if (!later) {
                drop();
            }
        }
        return !later;
    }

    private void leave() throws IOException, HDF5Exception {
        if (direct.isOn() && isOpen()) {
            safe().undo();
        } else if (heldId() != CLOSED && isOpen()) {
            long closing = heldId();
            heldId(CLOSED);
            new UndoneFile(lease.file().path(), safe(), identifiers, lost).close(closing);
        } else if (heldId() != CLOSED) {
            closeStale();
        } else if (isOpen()) {
            safe().closed();
            safe().undo(); // the commit that the C library could not complete
        }
        if (safe != null) {
            safe.end();
        } else {
            lease.close();
        }
    }

    private void drop() throws HDF5Exception {
        safe = null;
        direct.end();
        letGo();
    }

    private boolean endNow() {
        try {
            return end();
        } catch (HDF5Exception e) {
            throw StorageException.file("HDF5 cannot close the file: " + ErrorStack.reason(e), e);
        }
    }

    private void endLater(StorageException why) {
        try {
            Unusable.addUntil(safe().key(), this::endNow);
        } catch (IOException e) {
            throw incomplete(e);
        }
        LOG.warn(
                "{}: HDF5 keeps it open until this process uses it again, because {}",
                lease.file().path(),
                why.getMessage());
    }
}
