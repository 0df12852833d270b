package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file on disk, each commit to which is all or nothing. Between commits to which others may write, the C library has it closed: what the
 * library does when it closes a file that another program has opened meanwhile would do harm.
 */
final class DiskKeeper extends LoggedKeeper {

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    /** As much of a file's metadata as is kept between commits, in bytes. */
    private static final long KEPT = 32L << 20;

    private final OpenMode mode;
    private final boolean force;
    private final DirectTurn direct = new DirectTurn();
    private boolean open;

    /** How many identifiers had been lost when the file was opened. */
    private int lost;

    /** Whether a commit has been begun that waits for room. */
    private boolean suspended;

    /** Keeps others away for a whole commit, where the superblock has no place for a mark. */
    private FileGuard held = FileGuard.none();

    DiskKeeper(Path file, OpenMode mode, Access access, Sharing sharing, boolean force, Parts parts) {
        super(new Claim(file, mode, access, sharing), access, sharing, parts);
        this.mode = mode;
        this.force = force;
    }

    @Override
    void open() {
        try {
            if (direct.isOn()) {
                openDirectly();
                return;
            }
            if (id() != CLOSED && !begin()) {
                throw changedMeanwhile();
            }
            suspended = false;
            if (id() == CLOSED) {
                boolean create = safe == null ? claim() : mustBeUsable();
                try {
                    openAlone(create);
                } catch (StoreException e) {
                    if (create) {
                        unmake(e.kind() == StoreException.Kind.FULL);
                    }
                    throw e;
                }
            }
            open = true;
        } catch (HDF5Exception e) {
            throw StoreException.file("HDF5 refused the file: " + ErrorStack.reason(e), e);
        } catch (IOException e) {
            throw StoreException.file("it cannot be opened: " + e.getMessage(), e);
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

    /** Begins a commit, or goes on with one that waited; false if another program has written to the file meanwhile. */
    private boolean begin() throws IOException, HDF5Exception {
        letGo();
        if (suspended && !safe().isMarkable()) {
            held = guard();
        }
        try {
            return safe().begin() || !safe().isChanged();
        } catch (StoreException e) {
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
            if (suspended && safe().isChanged()) {
                throw changedMeanwhile();
            }
            if (!suspended) {
                direct.again(safe());
            }
        }
        suspended = false;
        open = true;
    }

    private static StoreException changedMeanwhile() {
        return StoreException.file("another program has written to it while it waited for room", null);
    }

    @Override
    @Nullable
    DirectFile direct() {
        return direct.file();
    }

    @Override
    @Nullable
    DirectFile goDirect() throws HDF5Exception {
        try {
            if (sharing != Sharing.SWMR && safe().mayBeDirect()) {
                library(); // which could not be opened if a failure came just before
                flushAndClose();
                open = false; // if somebody else comes first
                safe().made();
                open = true;
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
    String whyLibrary() {
        if (sharing == Sharing.SWMR) {
            return "readers may follow (Sharing.SWMR)";
        }
        return access instanceof PlainAccess
                ? "it is in a format that is not that of HDF5 1.10 and later"
                : "it is kept by " + access;
    }

    @Override
    @SuppressWarnings("try") // a guard is there for as long as it is
    long library() throws HDF5Exception {
        if (open && id() == CLOSED) {
            direct.prepareEnd();
            try {
                if (direct.isOn() || safe().hasMade()) {
                    safe().mustBeThere();
                    safe().handOver();
                    direct.end();
                }
                mustBeUsable();
                try (FileGuard guard = guard()) {
                    open(mustBeUsable());
                } catch (StoreException e) {
                    open = false;
                    throw e;
                }
            } catch (IOException e) {
                throw StoreException.file("it cannot be opened: " + e.getMessage(), e);
            }
        }
        return id();
    }

    /** Keeps others from writing to a file that they may write to between commits, while the library opens it. */
    private FileGuard guard() throws HDF5Exception {
        return sharing == Sharing.RELEASE && access.onDisk() && !access.inMemory()
                ? FileGuard.of(claim.file(), access)
                : FileGuard.none();
    }

    /** As if it had not been tried to make the file, of which there is something if the disk was full meanwhile. */
    private void unmake(boolean begun) throws IOException {
        SafeCommit making = safe();
        safe = null;
        claim.drop();
        if (begun) {
            making.undo();
        } else {
            making.unmade();
        }
        making.end();
    }

    /** Makes the file this session's, and undoes what a writer that died left half done; true if it must be made. */
    private boolean claim() throws IOException, HDF5Exception {
        boolean create = claim.take();
        safe = claim.commits(force);
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
        FileCheck.mustBeUsable(claim.file(), access);
        return false;
    }

    private void open(boolean create) throws IOException, HDF5Exception {
        long size = 0;
        if (!create) {
            safe().opening();
            size = safe().size();
        }
        try (Opening opening = new Opening(access)) {
            MetadataLog log = MetadataLog.in(opening.list.id, create);
            try {
                id(
                        create
                                ? opening.create(claim.file(), mode == OpenMode.TRUNCATE, sharing == Sharing.RELEASE)
                                : opening.open(claim.file()));
            } catch (StoreException e) {
                if (!create) {
                    safe().mustBeQuiet(size); // or it was not the file that was to be opened
                }
                throw e;
            } finally {
                if (id() == CLOSED) {
                    log.close();
                }
            }
            lost = Handle.lost();
            if (!create) {
                H5.H5Fstart_mdc_logging(id());
            }
            safe().opened(log);
            unlogged = false;
            if (!create && sharing == Sharing.RELEASE) {
                adopt(size, opening.lockFree);
            }
        }
    }

    private void adopt(long size, boolean lockFree) throws IOException, HDF5Exception {
        try {
            safe().adopt(size, lockFree);
        } catch (StoreException e) {
            closeStale();
            throw e;
        }
    }

    /** Closes a file that another program has changed, without a trace, if that does no harm to what the program has written. */
    @SuppressWarnings("try") // a guard is there for as long as it is
    private void closeStale() throws IOException, HDF5Exception {
        long closing = id();
        safe().mark.leave();
        try (FileGuard guard = guard()) {
            safe().closeStale(closing, parts::closeAll, () -> {
                id(CLOSED);
                H5.H5Fclose(closing);
            });
        } catch (StoreException | IOException e) {
            id(CLOSED);
            Unusable.add(safe().key());
            LOG.warn("{}: HDF5 keeps it open, because {}", claim.file(), e.getMessage());
        }
    }

    @Override
    boolean suspend() {
        try {
            if (open && (direct.isOn() || id() != CLOSED) && safe().suspend()) {
                open = false;
                suspended = true;
                tight = true;
                letGo();
            }
        } catch (IOException | HDF5Exception e) {
            LOG.debug("{}: it cannot be left to others", claim.file(), e);
        }
        return suspended;
    }

    @Override
    boolean isOpen() {
        return open;
    }

    @Override
    boolean commit() throws HDF5Exception {
        if (suspended) {
            open();
        }
        if (!open) {
            return true;
        }
        try {
            if (!direct.isOn()) {
                library(); // which may not have come to open it
            }
            if (direct.isOn()) {
                direct.commit(safe());
            } else if (sharing != Sharing.RELEASE && !unlogged && isSmall()) {
                boolean rows = !parts.isEmpty(); // of which some do not stay open
                parts.closeSome();
                safe().prepare(id());
                H5.H5Fflush(id(), HDF5Constants.H5F_SCOPE_GLOBAL);
                safe().done(false);
                if (rows) {
                    follow();
                }
            } else {
                complete();
            }
            open = false;
            tight = false;
            return true;
        } catch (IOException e) {
            throw incomplete(e);
        }
    }

    /** Whether the metadata that the C library holds of the file may stay there. */
    private boolean isSmall() throws HDF5Exception {
        long[] sizes = new long[4];
        H5.H5Fget_mdc_size(id(), sizes);
        return sharing == Sharing.SWMR || sizes[2] < KEPT;
    }

    /** Lets readers follow, once there are rows. */
    private void follow() throws HDF5Exception {
        if (sharing == Sharing.SWMR && !followed) {
            parts.closeAll(); // HDF5 1.10 would open them anew without their access properties, and hold raw data back
            H5.H5Fstart_swmr_write(id());
            followed = true;
        }
    }

    private void complete() throws IOException, HDF5Exception {
        flushAndClose();
        safe().done(true);
        letGo();
    }

    private void flushAndClose() throws IOException, HDF5Exception {
        parts.closeAll();
        if (safe().isUnlogged()) {
            H5.H5Fstop_mdc_logging(id());
        }
        safe().prepare(id());
        H5.H5Fflush(id(), HDF5Constants.H5F_SCOPE_GLOBAL);
        safe().hold(); // because closing takes the mark away
        long closing = id();
        id(CLOSED); // also if that fails, after which the library crashes over it
        H5.H5Fclose(closing);
        safe().closed();
    }

    @Override
    void tidy(List<Step> steps) throws HDF5Exception {
        if (!direct.isOn() || suspended) {
            return;
        }
        commit();
        CommitMark mark = safe().mark;
        mark.keep(true); // lest what is known of the file has to be found anew
        try {
            for (Step step : steps) {
                openDirectly();
                step.run(Objects.requireNonNull(direct.file()));
                direct.commit(safe());
                open = false;
            }
        } catch (IOException | StoreException e) {
            LOG.debug("{}: it stays larger than it might be", claim.file(), e);
            undoDirectly(); // and it comes to its end
        } finally {
            open = false;
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
            if (open) {
                safe().undo();
            }
        } catch (IOException e) {
            throw incomplete(e);
        }
    }

    @Override
    void close() throws HDF5Exception {
        try {
            if (suspended) {
                open();
            }
            if (direct.isOn() && open) {
                direct.commit(safe());
                open = false;
                safe().leave();
            } else if (direct.isOn()) {
                safe().leave();
            } else if (id() != CLOSED) {
                if (!open) {
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
    boolean abandon() throws HDF5Exception {
        if (open || suspended) {
            end();
        } else {
            close();
        }
        return true;
    }

    /** Leaves the file as the last commit left it, or as another program did since; not yet, if that program has it open. */
    private boolean end() throws HDF5Exception {
        boolean begun = open;
        boolean later = false;
        open = false;
        try {
            if (suspended) {
                begun = begin();
                suspended = false;
            }
            leave(begun);
        } catch (IOException e) {
            throw incomplete(e);
        } catch (StoreException e) {
            later = suspended && e.kind() == StoreException.Kind.BUSY;
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

    private void leave(boolean begun) throws IOException, HDF5Exception {
        if (direct.isOn() && begun) {
            safe().undo();
        } else if (id() != CLOSED && begun) {
            long closing = id();
            id(CLOSED);
            new UndoneFile(claim.file(), safe(), parts, lost).close(closing);
        } else if (id() != CLOSED) {
            closeStale();
        } else if (begun && safe != null) {
            safe.closed();
            safe.undo(); // what the library could not complete
        }
        if (safe != null) {
            safe.end();
        } else {
            claim.close();
        }
    }

    private void drop() throws HDF5Exception {
        safe = null;
        claim.drop();
        direct.end();
        letGo();
    }

    private void endLater(StoreException why) {
        try {
            Unusable.addUntil(safe().key(), this::end);
        } catch (IOException e) {
            throw incomplete(e);
        }
        LOG.warn("{}: HDF5 keeps it open until this process uses it again, because {}", claim.file(), why.getMessage());
    }
}
