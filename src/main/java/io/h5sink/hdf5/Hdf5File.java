package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.codec.ChunkCoding;
import io.h5sink.schema.ColumnType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file through the C library. One thread at a time. */
public final class Hdf5File implements Store, OpenFile {

    private final Path file;
    private final Access access;
    private final Parts parts = new Parts();
    private final Keeper keeper;
    private final Attributes attributes = new Attributes(this);
    private final DimensionScales scales = new DimensionScales(this);
    private final DirectUse directUse = new DirectUse();

    private @Nullable DirectHeap heap;

    /** Whether it is settled for this commit if the C library is needed. */
    private boolean settled;

    /**
     * A file that is not open yet.
     *
     * @param file where it lies
     * @param mode what the first opening does
     * @param access the driver
     * @param sharing who can open it meanwhile
     * @param force whether each commit waits until the disk has it
     */
    public Hdf5File(Path file, StoreMode mode, Access access, StoreSharing sharing, boolean force) {
        this.file = file;
        this.access = access;
        this.keeper = access instanceof CoreAccess core
                ? new MemoryKeeper(file, mode, core, parts)
                : new DiskKeeper(file, mode, access, sharing, force, parts);
    }

    @Override
    public void open() {
        Library.calls();
        keeper.open();
        settled = false;
    }

    @Override
    public boolean isOpen() {
        return keeper.isOpen();
    }

    @Override
    public Dataset dataset(String path, ColumnType type, long[] chunk, ChunkCoding coding) {
        Hdf5Dataset dataset = bound(path, () -> {
            Hdf5Dataset bound = new Hdf5Dataset(this, path, type, coding);
            bound.bind(chunk);
            return bound;
        });
        if (type.kind() == ColumnType.Kind.COMPOUND && dataset.isMade()) {
            for (String index : bound(path, () -> TableIndexes.of(id(), path))) {
                ByteBuffer yes = ByteBuffer.allocateDirect(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(0, 1);
                attribute(index, TableIndexes.DIRTY, ColumnType.scalar(ColumnType.Kind.INT64), yes);
            }
        }
        return dataset;
    }

    @Override
    public Filled filled(String path) {
        needsLibrary(path + " has no component any more and grows by its fill value");
        return bound(path, () -> {
            FilledDataset dataset = new FilledDataset(this, path);
            dataset.bind();
            return dataset;
        });
    }

    @Override
    public Latest latest(String path, ColumnType type) {
        needsLibrary(path + " keeps its last value");
        return bound(path, () -> {
            LatestDataset dataset = new LatestDataset(this, path, type);
            dataset.check();
            return dataset;
        });
    }

    private <R> R bound(String path, Reading<R> reading) {
        try {
            return keeper.reading(reading);
        } catch (HDF5Exception e) {
            throw StoreException.write(path, "HDF5 refused the dataset: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public Siblings siblings(Map<String, ColumnType> columns) {
        try {
            return keeper.reading(() -> io.h5sink.hdf5.Siblings.of(this, columns));
        } catch (HDF5Exception e) {
            throw StoreException.write(null, "HDF5 refused to list what is there: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public Positions positions() {
        return bound(PositionTable.PATH, () -> {
            PositionTable table = new PositionTable(this);
            table.bind();
            return table;
        });
    }

    @Override
    public @Nullable String attributeText(String object, String name) {
        try {
            return Preread.twice(this, () -> Optional.ofNullable(AttributeText.read(id(), object, name)))
                    .orElse(null);
        } catch (HDF5Exception e) {
            throw StoreException.write(
                    object, "the attribute \"" + name + "\" cannot be read: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public void attribute(String object, String name, ColumnType type, ByteBuffer data) {
        keepRoom(object, data.remaining());
        attributes.put(object, name, type, data);
    }

    @Override
    public void label(Labels labels) {
        scales.promise(labels);
    }

    @Override
    public List<String> awaited() {
        return attributes.awaited();
    }

    @Override
    public void group(String path) {
        try {
            Preread.path(this, path);
            Links.makeGroup(id(), path);
        } catch (HDF5Exception e) {
            throw StoreException.write(path, "HDF5 refused the group: " + ErrorStack.reason(e), e);
        }
        made(path);
    }

    @Override
    public void text(String path, ByteBuffer utf8) {
        keepRoom(path, utf8.remaining());
        try {
            TextDataset.put(this, path, utf8);
        } catch (HDF5Exception e) {
            throw StoreException.write(path, "HDF5 refused the string: " + ErrorStack.reason(e), e);
        }
        made(path);
    }

    @Override
    public void made(String path) {
        attributes.made(path);
    }

    @Override
    public long id() {
        if (!keeper.isOpen()) {
            throw new IllegalStateException(file + " is closed");
        }
        try {
            return keeper.library();
        } catch (HDF5Exception e) {
            throw StoreException.file("HDF5 refused the file: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public @Nullable Map<Long, Path> parts() {
        return access.onDisk() ? access.addresses(file) : null;
    }

    @Override
    public void growing(Growing dataset) {
        directUse.add(dataset);
    }

    @Override
    public void withdraw(Growing dataset) {
        directUse.withdraw(dataset);
    }

    @Override
    public void needsLibrary(String why) {
        directUse.refuse(why);
    }

    @Override
    public String whyLibrary() {
        return directUse.refusal();
    }

    @Override
    public @Nullable DirectFile direct() throws HDF5Exception {
        DirectFile direct = keeper.direct();
        if (direct == null && !settled) {
            settled = true;
            direct = directUse.mayBegin() ? goDirect() : null;
        }
        return direct;
    }

    @Override
    public DirectHeap heap(DirectFile direct) {
        DirectHeap known = heap;
        if (known == null || known.file() != direct) {
            known = new DirectHeap(direct);
            heap = known;
        }
        return known;
    }

    private @Nullable DirectFile goDirect() throws HDF5Exception {
        keeper.making(() -> {
            directUse.locate();
            scales.fulfil();
        });
        if (scales.areAwaited()) {
            return null;
        }
        DirectFile direct = keeper.goDirect();
        try {
            if (direct == null) {
                directUse.refuse(keeper.whyLibrary());
            } else if (!directUse.begin(direct)) {
                keeper.library();
                direct = null;
            }
            return direct;
        } catch (IOException e) {
            throw StoreException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void opened(Part part) {
        parts.add(part);
    }

    @Override
    public void mustTake(String path, boolean fresh, boolean variable) {
        keeper.mustTake(path, fresh, variable);
    }

    @Override
    public void mustTakeLinks(String group) throws HDF5Exception {
        keeper.mustTakeLinks(group);
    }

    @Override
    public <R> R reading(Reading<R> reading) throws HDF5Exception {
        return keeper.reading(reading);
    }

    @Override
    public void fillHeap(Writing writing) throws HDF5Exception {
        keeper.fillHeap(writing);
    }

    @Override
    public void overwrites(long offset, long length) {
        keeper.overwrites(offset, length);
    }

    @Override
    public void overwritesChunks(String path, long dataset, SourceChunks.Grid grid, long plainBytes, long row)
            throws HDF5Exception {
        keeper.overwritesChunks(path, dataset, grid, plainBytes, row);
    }

    @Override
    public void checkChunks(String path, long dataset, long first, long last) throws HDF5Exception {
        keeper.checkChunks(path, dataset, first, last);
    }

    @Override
    public void room(long bytes, long more, boolean sure) throws HDF5Exception {
        keeper.room(bytes, more, sure);
    }

    /** For what is written when it is closed, which must not fail. */
    private void keepRoom(String object, long bytes) {
        try {
            keeper.room(2 * bytes, 0, true);
        } catch (HDF5Exception e) {
            throw StoreException.write(object, "HDF5 does not know the file's size: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public boolean suspend() {
        return keeper.suspend();
    }

    @Override
    public boolean commit() {
        try {
            if (keeper.isOpen() && keeper.direct() == null) {
                keeper.room(0, 0, true);
                scales.fulfil();
            }
            return keeper.commit();
        } catch (HDF5Exception e) {
            throw incomplete(e);
        }
    }

    @Override
    public void close() {
        try {
            if (directUse.isCoded()) {
                keeper.tidy(directUse.tidying());
            }
            keeper.close();
        } catch (HDF5Exception e) {
            throw incomplete(e);
        }
    }

    @Override
    public boolean abandon() {
        try {
            return keeper.abandon();
        } catch (HDF5Exception e) {
            throw incomplete(e);
        }
    }

    private static StoreException incomplete(HDF5Exception e) {
        return StoreException.write(null, "the file cannot be completed: " + ErrorStack.reason(e), e);
    }

    @Override
    public @Nullable ByteBuffer image() {
        return keeper.image();
    }
}
