package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file on disk, each commit to which is all or nothing. Where the C library can do without file locks it keeps the file open
 * between commits, since opening a file and its datasets costs more than a commit; on disk the file is complete all the same.
 */
final class DiskKeeper extends Keeper {

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    /** As much of a file's metadata as is kept between commits, in bytes. */
    private static final long KEPT = 32L << 20;

    /** After so many steps the log is taken in. */
    private static final int STEPS = 1 << 6;

    /** Which files the library has open and cannot close. */
    private static final Set<Object> UNUSABLE = ConcurrentHashMap.newKeySet();

    private Path file;
    private final StoreMode mode;
    private final Access access;
    private final StoreSharing sharing;
    private final boolean force;
    private @Nullable Journal journal;
    private @Nullable SafeCommit safe;
    private boolean open;
    private boolean keeps;

    /** How many identifiers had been lost when the file was opened. */
    private int lost;

    private boolean followed;

    /** Whether a commit has been begun that waits for room. */
    private boolean suspended;

    /** Whether a commit of the session has failed for want of room, since when no other was done. */
    private boolean tight;

    /** How often the log was stopped, each time after some hundred lines at most. */
    private int steps;

    /** How many callers want no log. */
    private int silent;

    /** The file while the library has it closed and rows are written without it. */
    private @Nullable DirectFile direct;

    /** Whether the log is silent about something that was changed since the file was opened. */
    private boolean unlogged;

    DiskKeeper(Path file, StoreMode mode, Access access, StoreSharing sharing, boolean force, Parts parts) {
        super(parts);
        this.file = file;
        this.mode = mode;
        this.access = access;
        this.sharing = sharing;
        this.force = force;
    }

    @Override
    void open() {
        try {
            if (direct != null) {
                openDirectly();
                return;
            }
            if (id() != CLOSED && !safe().begin()) {
                if (suspended) {
                    throw changedMeanwhile();
                }
                closeStale();
            }
            suspended = false;
            if (id() == CLOSED) {
                boolean create = safe == null ? claim() : mustBeUsable();
                try {
                    open(create);
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

    private void openDirectly() throws IOException {
        if (!safe().isUntouched()) {
            if (suspended) {
                throw changedMeanwhile();
            }
            direct = safe().direct(); // each row that is added finds anew where it goes
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
        return direct;
    }

    @Override
    @Nullable
    DirectFile goDirect() throws HDF5Exception {
        try {
            if (sharing != StoreSharing.SWMR && safe().mayBeDirect()) {
                library(); // which could not be opened if a failure came just before
                flushAndClose();
                safe().made();
                direct = safe().direct();
                if (direct == null) {
                    library();
                }
            }
            return direct;
        } catch (IOException e) {
            throw incomplete(e);
        }
    }

    @Override
    long library() throws HDF5Exception {
        if (open && id() == CLOSED) {
            if (direct != null && !direct.isClean()) {
                throw new IllegalStateException("what was written without the C library is not committed");
            }
            if (direct != null) {
                direct.giveBack();
            }
            try {
                if (direct != null || safe().hasMade()) {
                    safe().mustBeThere();
                    safe().handOver();
                    direct = null;
                }
                open(mustBeUsable());
            } catch (IOException e) {
                throw StoreException.file("it cannot be opened: " + e.getMessage(), e);
            }
        }
        return id();
    }

    private SafeCommit safe() {
        return Objects.requireNonNull(safe);
    }

    /** As if it had not been tried to make the file, of which there is something if the disk was full meanwhile. */
    private void unmake(boolean begun) throws IOException {
        SafeCommit making = safe();
        safe = null;
        journal = null;
        if (begun) {
            making.undo();
        } else {
            making.unmade();
        }
        making.end();
    }

    /** Makes the file this session's, and undoes what a writer that died left half done; true if it must be made. */
    private boolean claim() throws IOException {
        mustBeLetGo();
        boolean replace = mode == StoreMode.TRUNCATE;
        file = RealPath.of(file); // beside which the journal lies
        if (!replace && journal == null && Files.exists(Journal.of(file))) {
            journal = Journal.open(file);
        }
        if (!replace && journal != null) {
            Recovery.Result result = Recovery.undo(file, access, journal);
            if (result.changed()) {
                LOG.warn("{}: {}", file, result.what());
            }
        }
        boolean create = FileCheck.mustCreate(file, mode, access);
        if (!create) {
            mustBeUsable();
            FileCheck.mustBeWhole(file, access);
            mustSuit();
        }
        if (journal == null) {
            journal = Journal.open(file);
        }
        safe = new SafeCommit(file, access, journal, sharing == StoreSharing.RELEASE, force);
        if (create) {
            safe.birth();
        }
        return create;
    }

    private boolean mustBeUsable() throws IOException {
        if (safe != null) {
            safe.mustBeThere();
        }
        FileCheck.mustBeUsable(file, access);
        return false;
    }

    private void mustSuit() throws IOException {
        Superblock superblock = Superblock.read(access.files(file).get(0));
        if (sharing == StoreSharing.SWMR && superblock != null && !superblock.markable()) {
            throw StoreException.file(
                    "Sharing.SWMR needs a file in the format of HDF5 1.10 (superblock 3), and it is in an older one (superblock "
                            + superblock.version() + ")",
                    null);
        }
    }

    private void open(boolean create) throws IOException, HDF5Exception {
        if (!create) {
            safe().opening();
        }
        try (Opening opening = new Opening(access)) {
            MetadataLog log = MetadataLog.in(opening.list.id, create);
            try {
                id(create ? opening.create(file, mode == StoreMode.TRUNCATE) : opening.open(file));
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
            keeps = sharing != StoreSharing.RELEASE || opening.lockFree;
        }
    }

    /** Closes a file that another program has changed, without a trace. */
    private void closeStale() throws IOException, HDF5Exception {
        long closing = id();
        id(CLOSED);
        safe().closeStale(() -> {
            parts.closeAll();
            H5.H5Fclose(closing);
        });
    }

    @Override
    void mustTake(String path, boolean fresh, boolean variable) {
        if (sharing == StoreSharing.SWMR && variable) {
            throw StoreException.schema(
                    path,
                    "elements of fixed size",
                    "elements of variable length",
                    "HDF5 cannot show them to readers that follow (Sharing.SWMR); a string can have a declared length, and a"
                            + " ragged array can be stored as offsets");
        }
        if (followed && fresh) {
            throw StoreException.schema(
                    path,
                    "a dataset that was there with the first commit",
                    "a new one",
                    "HDF5 makes none in a file that readers follow (Sharing.SWMR)");
        }
    }

    /** Without the log, of which there would be several lines for each step on the way to an object. */
    @Override
    <R> R reading(OpenFile.Reading<R> reading) throws HDF5Exception {
        if (silent++ == 0) {
            H5.H5Fstop_mdc_logging(library());
            proceed();
        }
        try {
            return reading.read();
        } catch (HDF5Exception e) {
            throw ErrorStack.kept(e);
        } finally {
            if (--silent == 0) {
                H5.H5Fstart_mdc_logging(id());
            }
        }
    }

    private void proceed() {
        try {
            if (++steps % STEPS == 0) {
                safe().proceed();
            }
        } catch (IOException e) {
            throw incomplete(e);
        }
    }

    /**
     * Without the log, of which there would be several lines for each element. The library goes on with collections of the heap that
     * have room, of which the log then does not tell, for as long as it has the file open: so not after the commit.
     */
    @Override
    void fillHeap(OpenFile.Writing writing) throws HDF5Exception {
        unlogged = true;
        reading(() -> {
            writing.write();
            return true;
        });
    }

    /**
     * Without the log if there is nothing or little to be put back. What is not logged is closed with the commit, which files are not
     * that readers follow: from their first rows on, HDF5 writes no chunk over another there.
     */
    @Override
    void making(OpenFile.Writing writing) throws HDF5Exception {
        try {
            if (sharing != StoreSharing.SWMR && safe().isSmall()) {
                safe().unlogged();
                fillHeap(writing);
            } else {
                writing.write();
            }
        } catch (IOException e) {
            throw incomplete(e);
        }
    }

    @Override
    void overwrites(long offset, long length) {
        try {
            safe().overwrites(safe().address(offset), Math.toIntExact(length));
        } catch (IOException e) {
            throw incomplete(e);
        }
    }

    @Override
    void overwritesChunks(String path, long dataset, SourceChunks.Grid grid, long row) throws HDF5Exception {
        if (safe().isNew()) {
            return;
        }
        long header = reading(() -> Links.header(dataset, "."));
        StructureDamage.told(path, () -> {
            for (Chunk chunk : chunks(header, grid, row)) {
                safe().overwrites(chunk.address(), Math.toIntExact(chunk.bytes()));
            }
            return true;
        });
    }

    /** Where a committed chunk lies, in bytes. */
    private record Chunk(long address, long bytes) {}

    private List<Chunk> chunks(long header, SourceChunks.Grid grid, long row) throws IOException {
        List<Chunk> found = new ArrayList<>();
        try (StructureBytes bytes = StructureBytes.open(access.addresses(file))) {
            SourceLayout layout = SourceLayout.of(StructureHeader.read(bytes, header));
            SourceSelection rows = SourceSelection.rows(row, row, grid.shape());
            new SourceChunks(bytes, Objects.requireNonNull(layout), grid).find(rows, (offset, address, size, mask) -> {
                if (address != StructureBytes.UNDEFINED) {
                    found.add(new Chunk(address, size));
                }
            });
        }
        return found;
    }

    @Override
    void room(long bytes, long more, boolean sure) throws HDF5Exception {
        try {
            safe().room(library(), sure || tight ? bytes : bytes + more, sure || tight);
        } catch (IOException e) {
            throw StoreException.write(null, "there is no room: " + e.getMessage(), e);
        }
    }

    @Override
    boolean suspend() {
        try {
            if (open && (direct != null || id() != CLOSED) && safe().suspend()) {
                open = false;
                suspended = true;
                tight = true;
            }
        } catch (IOException e) {
            LOG.debug("{}: it cannot be left to others", file, e);
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
            if (direct == null) {
                library(); // which may not have come to open it
            }
            if (direct != null) {
                commitDirectly(direct);
            } else if (keeps && !unlogged && isSmall()) {
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

    private void commitDirectly(DirectFile written) throws IOException {
        if (written.isClean()) {
            safe().keepMade();
        } else {
            safe().commit(written);
        }
    }

    /** Whether the metadata that the C library holds of the file may stay there. */
    private boolean isSmall() throws HDF5Exception {
        long[] sizes = new long[4];
        H5.H5Fget_mdc_size(id(), sizes);
        return sharing == StoreSharing.SWMR || sizes[2] < KEPT;
    }

    /** Lets readers follow, once there are rows. */
    private void follow() throws HDF5Exception {
        if (sharing == StoreSharing.SWMR && !followed) {
            parts.closeAll(); // HDF5 1.10 would open them anew without their access properties, and hold raw data back
            H5.H5Fstart_swmr_write(id());
            followed = true;
        }
    }

    private void complete() throws IOException, HDF5Exception {
        flushAndClose();
        safe().done(true);
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
        if (direct == null || suspended) {
            return;
        }
        commit();
        for (Step step : steps) {
            try {
                openDirectly();
                step.run(direct);
                commitDirectly(direct);
            } catch (IOException | StoreException e) {
                LOG.debug("{}: it stays larger than it might be", file, e);
                undoDirectly();
                return; // and comes to its end
            } finally {
                open = false;
            }
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
            if (direct != null && open) {
                commitDirectly(direct);
                open = false;
                safe().leave();
            } else if (direct != null) {
                safe().leave();
            } else if (id() != CLOSED) {
                if (open || safe().begin()) {
                    complete();
                } else {
                    closeStale();
                }
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

    /** Leaves the file as the last commit left it, or as another program did since. */
    private void end() throws HDF5Exception {
        boolean begun = open;
        open = false;
        try {
            if (suspended) {
                suspended = false;
                begun = direct == null ? safe().begin() : safe().isUntouched();
            }
            if (direct != null && begun) {
                safe().undo();
            } else if (id() != CLOSED && begun) {
                undo();
            } else if (id() != CLOSED) {
                closeStale();
            } else if (begun && safe != null) {
                safe.closed();
                safe.undo(); // what the library could not complete
            }
            if (safe != null) {
                safe.end();
            } else if (journal != null) {
                journal.close();
            }
        } catch (IOException e) {
            throw incomplete(e);
        } finally {
            safe = null;
            journal = null;
            direct = null;
        }
    }

    private void undo() throws IOException {
        long closing = id();
        id(CLOSED);
        boolean whole = Handle.lost() == lost;
        List<Journal.Image> images = List.of();
        try {
            images = safe().remember();
        } catch (IOException e) {
            LOG.debug("{}: what closing it would overwrite cannot be read", file, e);
            whole = false;
        }
        try {
            safe().giveUp(closing, images);
        } catch (IOException e) {
            LOG.debug("{}: there is no room for closing it", file, e);
        } catch (HDF5Exception e) {
            LOG.debug("{}: HDF5 does not know its size", file, e);
        }
        try {
            parts.closeAll();
        } catch (HDF5Exception e) {
            whole = false;
        }
        try {
            if (whole && Handle.lost() == lost) {
                H5.H5Fclose(closing);
            } else {
                keepOpen();
            }
        } catch (HDF5Exception e) {
            LOG.debug("{}: HDF5 could not complete it: {}", file, ErrorStack.reason(e));
        } finally {
            safe().closed();
            safe().undo();
        }
    }

    /** Closing a file makes the library look at all its datasets, also at those that it failed to close, which are not there. */
    private void keepOpen() throws IOException {
        Object key = safe().key();
        if (key != null) {
            UNUSABLE.add(key);
        }
        LOG.warn(
                "{}: HDF5 could not close one of its datasets, so that this process cannot use the file any more",
                file);
    }

    private void mustBeLetGo() throws IOException {
        Path head = access.files(file).get(0);
        if (Files.exists(head)) {
            Object key = Files.readAttributes(head, BasicFileAttributes.class).fileKey();
            if (key != null && UNUSABLE.contains(key)) {
                throw StoreException.file(
                        "HDF5 could not close it after a failure, and this process cannot use it any more; another one can",
                        null);
            }
        }
    }

    private static StoreException incomplete(IOException e) {
        return StoreException.write(null, "the file cannot be completed: " + e.getMessage(), e);
    }
}
