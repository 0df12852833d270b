package io.h5sink.hdf5.write;

import io.h5sink.OpenMode;
import io.h5sink.engine.OpenRequest;
import io.h5sink.engine.Positions;
import io.h5sink.engine.WritableFile;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.filter.FilterLibrary;
import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.message.SuperblockExtension;
import io.h5sink.hdf5.ChunkedDatasetWriter;
import io.h5sink.hdf5.ExternalLinkException;
import io.h5sink.hdf5.FileOpener;
import io.h5sink.hdf5.ObjectTree;
import io.h5sink.hdf5.PositionRows;
import io.h5sink.hdf5.file.CoreFile;
import io.h5sink.hdf5.file.NewFile;
import io.h5sink.hdf5.file.SplitEnds;
import io.h5sink.hdf5.file.WriterLease;
import io.h5sink.schema.Axes;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.UnsuitedFileException;
import io.h5sink.storage.driver.CoreDriver;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.transaction.Compactor;
import io.h5sink.transaction.FileTransaction;
import io.h5sink.transaction.MemoryTransaction;
import io.h5sink.transaction.SpaceAllocator;
import io.h5sink.transaction.Transaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that a session makes or extends, in Java from the superblock to the last chunk. One thread at a time. */
public final class Hdf5File implements WritableFile {

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final OpenRequest request;
    private final WriterLease lease;
    private final OpenObjects objects;
    private final AttributeValues attributes;
    private final ScaleLabels scales;
    private final List<ColumnDataset> columns = new ArrayList<>();
    private final LinkedFiles<Hdf5File> linked;

    /** The transaction; null before the file is opened first, and after the session has left the file. */
    private @Nullable FileTransaction transaction;

    /** The file in memory; null for a file on disk. */
    private final @Nullable CoreFile core;

    /** The ends in the driver information of a split file; null for other files. */
    private @Nullable SplitEnds ends;

    /**
     * Prepares a session with a file, without opening the file.
     *
     * @param request the file, and how it is to be opened
     */
    public Hdf5File(OpenRequest request) {
        this(request, FilterLibrary.NONE);
    }

    /**
     * Prepares a session with a file, without opening the file.
     *
     * @param request the file, and how it is to be opened
     * @param filters runs the filters of datasets that Java does not have
     */
    public Hdf5File(OpenRequest request, FilterLibrary filters) {
        this.request = request;
        this.objects = new OpenObjects(filters);
        this.lease = new WriterLease(request, stored -> false); // a foreign mark is left to its owner
        this.linked = new LinkedFiles<>(request, other -> opened(other, filters));
        this.attributes = new AttributeValues(objects);
        this.scales = new ScaleLabels(objects);
        this.core = request.file().access() instanceof CoreDriver driver ? new CoreFile(request, driver) : null;
    }

    @Override
    public void open() {
        try {
            if (transaction == null && core != null) {
                begin(core);
            } else if (transaction == null) {
                begin();
            } else if (!transaction.begin()) {
                if (transaction.isShortened()) {
                    FileOpener.mustBeWhole(lease.file());
                }
                forget(transaction);
            }
            linked.open();
        } catch (IOException e) {
            throw StorageException.file("it cannot be opened: " + e.getMessage(), e);
        } catch (FormatException e) {
            throw StorageException.file("it is damaged: " + e.getMessage(), e);
        }
    }

    private void begin(CoreFile memory) throws IOException {
        FileTransaction mine = memory.open();
        mustBeAppendable(mine.file().input(), mine.file().superblock());
        transaction = mine;
        forget(mine);
    }

    private void begin() throws IOException {
        boolean create = lease.take();
        if (!create) {
            try (FormatInput in = FormatInput.open(lease.file().addresses())) {
                mustBeAppendable(
                        in, Objects.requireNonNull(Superblock.read(lease.file().head())));
            }
        }
        Transaction mine = new Transaction(lease.file(), lease.journal(), request.sharing(), request.force());
        boolean open = false;
        try {
            if (create) {
                mine.create(() -> NewFile.make(lease.file(), request.mode()));
            } else {
                mine.open();
            }
            open = true;
        } finally {
            if (!open) {
                leaveUnopened(mine);
            }
        }
        transaction = mine;
        forget(mine);
    }

    /** Throws, before a byte is written, if HDF5 would overwrite what another program appends, or does not find metadata where it belongs. */
    private void mustBeAppendable(FormatInput in, Superblock superblock) {
        SuperblockExtension extension = SuperblockExtension.read(in, superblock);
        if (extension.persistent()) {
            throw StorageException.file(
                    "it keeps a list of its free space, by which HDF5 would overwrite what is appended to it"
                            + " (h5repack -P 0 makes a file without such a list)",
                    null);
        }
        if (extension.cacheImage()) {
            throw StorageException.file(
                    "it has an image of HDF5's metadata cache instead of its metadata"
                            + " (a program that opens it for writing with HDF5 1.10 or later, and closes it, takes the image away)",
                    null);
        }
    }

    private void leaveUnopened(Transaction mine) throws IOException {
        try {
            mine.unopened();
        } catch (IOException e) {
            LOG.debug("{}: recovery is left to the next session", lease.file().path(), e);
        } finally {
            mine.end();
        }
    }

    /** Forgets all that was found in the file, because another program may have changed it. */
    private void forget(FileTransaction mine) throws IOException {
        SpaceAllocator file = mine.file();
        Superblock superblock = file.superblock();
        if (request.file().access().keepsApart()) {
            long before = ends == null ? 0 : ends.rawBytes();
            ends = SplitEnds.of(lease.file(), file);
            if (ends.rawBytes() < before) {
                FileOpener.mustBeWhole(lease.file()); // another program has made the raw data shorter
            }
        }
        SuperblockExtension extension = SuperblockExtension.read(file.input(), superblock);
        if (extension.nodeEntries() > 0) {
            file.input().mostEntries(extension.leafEntries(), extension.nodeEntries());
        }
        objects.enter(mine, new ObjectTree(file, superblock.root()));
    }

    @Override
    public boolean isOpen() {
        return transaction != null && transaction.state().isOpen();
    }

    @Override
    public Dataset dataset(String path, ColumnType type, long[] chunk, ChunkCoding coding) {
        try {
            return checked(path, () -> {
                ColumnDataset dataset = new ColumnDataset(objects, new ColumnPlan(path, type, coding), chunk);
                dataset.bind();
                columns.add(dataset);
                if (type.kind() == ColumnType.Kind.COMPOUND && dataset.isMade()) {
                    spoilIndexes(path);
                }
                return dataset;
            });
        } catch (ExternalLinkException e) {
            ExternalLinkException link = link(path, e);
            return at(link).dataset(link.target(), type, chunk, coding);
        }
    }

    /** Marks the indexes that PyTables keeps of a table as outdated. */
    private void spoilIndexes(String table) {
        for (String index : PyTablesIndexes.of(objects, table)) {
            ByteBuffer yes = ByteBuffer.allocateDirect(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(0, 1);
            attribute(index, PyTablesIndexes.DIRTY, ColumnType.scalar(ColumnType.Kind.INT64), yes);
        }
    }

    /** Work on an object. */
    interface Work<R> {
        R run() throws IOException;
    }

    /** The link that is met on the whole way to an object; another one may have been met on a part of the way. */
    private ExternalLinkException link(String path, ExternalLinkException met) {
        try {
            objects.tree().find(path);
            return met;
        } catch (ExternalLinkException e) {
            return e;
        }
    }

    /** The file to which an external link leads, which is open. */
    private Hdf5File at(ExternalLinkException link) {
        Hdf5File other = checked(link.target(), () -> linked.of(link));
        if (!other.checked(
                link.object(), () -> other.objects.tree().find(link.object()).isObject())) {
            throw link.unfollowed("which has no such object");
        }
        return other;
    }

    private static Hdf5File opened(OpenRequest request, FilterLibrary filters) {
        if (!canWrite(request)) {
            throw new UnsuitedFileException(
                    request.file().path().toString(),
                    "its addresses do not have eight bytes, or its space is allocated in pages");
        }
        Hdf5File file = new Hdf5File(request, filters);
        file.open();
        return file;
    }

    /** Runs work on an object; failures name the object. */
    <R> R checked(String path, Work<R> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw StorageException.write(path, "the object cannot be read or written: " + e.getMessage(), e);
        } catch (FormatException e) {
            throw StorageException.write(path, "it is damaged: " + e.getMessage(), e);
        }
    }

    @Override
    public Filled filled(String path) {
        return checked(path, () -> FillGrown.bind(objects, path));
    }

    @Override
    public Latest latest(String path, ColumnType type) {
        try {
            return checked(path, () -> ValueDataset.bind(objects, path, type));
        } catch (ExternalLinkException e) {
            ExternalLinkException link = link(path, e);
            return at(link).latest(link.target(), type);
        }
    }

    @Override
    public SchemaDifference compare(Map<String, ColumnType> types) {
        try {
            return checked("/", () -> ColumnComparison.of(objects, types));
        } catch (ExternalLinkException e) {
            return new SchemaDifference(0, List.of(), List.of(), "", ""); // columns of another file are not compared
        }
    }

    @Override
    public Positions positions() {
        return checked(PositionRows.PATH, () -> PositionDataset.bind(objects));
    }

    @Override
    public @Nullable String attributeText(String object, String name) {
        try {
            return checked(object, () -> Optional.ofNullable(attributes.text(object, name)))
                    .orElse(null);
        } catch (ExternalLinkException e) {
            ExternalLinkException link = link(object, e);
            return at(link).attributeText(link.target(), name);
        }
    }

    @Override
    public void attribute(String object, String name, ColumnType type, ByteBuffer data) {
        try {
            attributes.put(object, name, type, data);
        } catch (ExternalLinkException e) {
            ExternalLinkException link = link(object, e);
            at(link).attribute(link.target(), name, type, data);
        }
    }

    @Override
    public void label(Axes axes) {
        try {
            scales.promise(axes);
        } catch (ExternalLinkException e) {
            throw e.unfollowed("where no scales of this file can be");
        }
    }

    @Override
    public List<String> awaited() {
        List<String> all = new ArrayList<>(attributes.awaited());
        all.addAll(linked.awaited());
        return all;
    }

    @Override
    public void group(String path) {
        try {
            checked(path, () -> objects.tree().group(path, objects::inTheWay));
            objects.made(path);
        } catch (ExternalLinkException e) {
            ExternalLinkException link = link(path, e);
            at(link).group(link.target());
        }
    }

    @Override
    public void text(String path, ByteBuffer utf8) {
        try {
            checked(path, () -> {
                StoredString.put(objects, path, utf8);
                return true;
            });
            objects.made(path);
        } catch (ExternalLinkException e) {
            ExternalLinkException link = link(path, e);
            at(link).text(link.target(), utf8);
        }
    }

    @Override
    public boolean commit() {
        try {
            if (transaction == null) {
                return true;
            }
            if (transaction.state() == FileTransaction.State.SUSPENDED) {
                open();
            }
            if (isOpen()) {
                linked.commit();
                scales.fulfil();
                save();
                if (objects.hasRows()) {
                    transaction.follow();
                }
                if (core != null) {
                    core.mustFit((MemoryTransaction) transaction);
                }
            }
            return !isOpen();
        } catch (IOException | FormatException e) {
            throw incomplete(e);
        }
    }

    private void save() throws IOException {
        objects.tree().save();
        if (ends != null) {
            ends.save();
        }
        objects.transaction().commit();
    }

    @Override
    public void close() {
        try {
            linked.close();
            tidy();
            commit();
            if (core != null && transaction != null) {
                core.save((MemoryTransaction) transaction);
            }
            if (transaction != null) {
                transaction.leave();
            }
        } catch (IOException e) {
            throw incomplete(e);
        } finally {
            if (core == null || !isOpen()) { // a file in memory stays there until the file on disk can be written
                end();
            }
        }
    }

    @Override
    public @Nullable ByteBuffer image() {
        return core == null ? null : core.image();
    }

    /** Makes the file as short as possible after the last rows, in steps with a commit each; a step that fails is undone. */
    private void tidy() throws IOException {
        if (transaction == null
                || transaction.isForFollowers() // who may have pointers to all that would move
                || transaction.state() == FileTransaction.State.SUSPENDED
                || writers().stream().noneMatch(ChunkedDatasetWriter::isCoded)) {
            return;
        }
        commit();
        transaction.keep(true); // so that the cached structure of the file stays valid
        try {
            tidy(file -> {
                for (ChunkedDatasetWriter writer : writers()) {
                    writer.finish(file);
                }
            });
            if (ends == null) {
                tidy(file -> Compactor.run(file, movables(file)));
                tidy(file -> Compactor.lift(file, movables(file)));
                tidy(file -> Compactor.run(file, movables(file)));
            }
        } catch (IOException | StorageException | FormatException e) {
            LOG.debug("{}: it stays larger than it might be", lease.file().path(), e);
            if (isOpen()) {
                transaction.undo(); // the session ends all the same
                if (core != null) {
                    forget(transaction);
                }
            }
        }
        transaction.keep(false);
    }

    private interface Step {
        void run(SpaceAllocator file) throws IOException;
    }

    private void tidy(Step step) throws IOException {
        open();
        step.run(objects.space());
        save();
    }

    private List<ChunkedDatasetWriter> writers() {
        List<ChunkedDatasetWriter> writers = new ArrayList<>();
        for (ColumnDataset column : columns) {
            ChunkedDatasetWriter writer = column.tidied();
            if (writer != null) {
                writers.add(writer);
            }
        }
        return writers;
    }

    private Compactor.Movables movables(SpaceAllocator file) {
        return (from, to) -> {
            for (ChunkedDatasetWriter writer : writers()) {
                writer.movables(file, from, to);
            }
        };
    }

    @Override
    public boolean abandon() {
        if (core != null) {
            return undone();
        }
        try {
            linked.abandon();
            FileTransaction mine = transaction;
            if (mine != null && mine.state() == FileTransaction.State.SUSPENDED && !request.releases()) {
                mine.begin();
            }
            if (mine != null && mine.state().isOpen()) {
                mine.undo();
            } else if (mine != null && mine.state() == FileTransaction.State.IDLE) {
                mine.leave();
            } else if (mine != null) {
                mine.forsake();
            }
            return true;
        } catch (IOException e) {
            throw incomplete(e);
        } finally {
            end();
        }
    }

    /** Undoes the commit under way of a file in memory, which {@link #close} then completes. */
    private boolean undone() {
        try {
            linked.abandon();
            if (transaction != null) {
                transaction.undo();
                forget(transaction);
            }
            return false;
        } catch (IOException e) {
            throw incomplete(e);
        }
    }

    private void end() {
        FileTransaction mine = transaction;
        transaction = null;
        objects.leave();
        try {
            if (mine != null) {
                mine.end();
            } else {
                lease.close();
            }
        } catch (IOException e) {
            LOG.debug("{}: its journal cannot be closed", lease.file().path(), e);
        }
    }

    private static StorageException incomplete(Exception e) {
        return StorageException.write(null, "the file cannot be completed: " + e.getMessage(), e);
    }

    @Override
    public boolean suspend() {
        try {
            return linked.suspend() && transaction != null && transaction.suspend();
        } catch (IOException e) {
            LOG.debug("{}: it cannot be left to others", lease.file().path(), e);
            return false;
        }
    }

    /**
     * Whether this engine writes a file: one whose addresses and lengths have eight bytes, and whose space is not allocated in pages; or none
     * yet. A file that is not as it should be is taken too, and refused when it is opened.
     */
    public static boolean canWrite(OpenRequest request) {
        StoredFile file = request.file();
        try {
            Superblock superblock = request.mode() == OpenMode.TRUNCATE || !Files.exists(file.head())
                    ? null
                    : Superblock.read(file.head());
            return superblock == null || (superblock.sizes().equals(FieldSizes.WIDE) && !isPaged(file, superblock));
        } catch (IOException | StorageException | FormatException | IndexOutOfBoundsException e) {
            return true;
        }
    }

    private static boolean isPaged(StoredFile file, Superblock superblock) throws IOException {
        if (superblock.extension() == Superblock.UNDEFINED) {
            return false;
        }
        try (FormatInput in = FormatInput.open(file.addresses())) {
            return SuperblockExtension.read(in, superblock).paged();
        }
    }
}
