package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.engine.Positions;
import io.h5sink.hdf5.ChunkedDatasetWriter;
import io.h5sink.hdf5.PositionRows;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.jhdf5.commit.FileSession;
import io.h5sink.jhdf5.commit.HeldIdentifiers;
import io.h5sink.jhdf5.commit.Preread;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.type.Types;
import io.h5sink.storage.StorageException;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The table of positions: a dataset of {@link PositionRows}, in a group that viewers hide or skip. The dataset is a dimension scale of its
 * own only axis, because netCDF requires a scale for each axis of each dataset in a file.
 */
public final class PositionTable implements Positions, HeldIdentifiers.HeldIdentifier, DirectUse.Growing {

    private static final long CLOSED = -1;

    private final FileSession file;
    private final DirectUse directUse;
    private final Attributes attributes;
    private PositionRows rows = PositionRows.none();
    private boolean made;

    /** Whether positions were written since the last commit. */
    private boolean pending;

    // The content that this table has written to the file.
    private long length;
    private long commits;

    /** Java's writer of the table; null until the object header is located. */
    private @Nullable ChunkedDatasetWriter direct;

    private long id = CLOSED;
    private long type = CLOSED;

    PositionTable(FileSession file, DirectUse directUse, Attributes attributes) {
        this.file = file;
        this.directUse = directUse;
        this.attributes = attributes;
    }

    /** Reads the existing table, if the file has one. */
    void bind() throws HDF5Exception {
        made = Links.exists(file.id(), PositionRows.PATH);
        file.mustTake(PositionRows.PATH, !made, false);
        if (made) {
            rows = read(file.id(), file::checkChunks);
        }
        length = rows.count();
        commits = rows.commits();
        directUse.add(this);
    }

    @Override
    public boolean isMade() {
        return made;
    }

    @Override
    public boolean isCoded() {
        return false;
    }

    @Override
    public ChunkedDatasetWriter direct() {
        return Objects.requireNonNull(direct);
    }

    @Override
    public void locate() throws HDF5Exception {
        make();
        direct = new ChunkedDatasetWriter(Links.header(file.id(), PositionRows.PATH), PositionRows.GRID, null);
    }

    @Override
    public boolean fits(SpaceAllocator to) throws IOException {
        ChunkedDatasetWriter table = direct();
        return table.fits(to, length) && table.has(to, PositionRows.COMMITS, commits);
    }

    /** Checks chunks, as {@link FileSession#checkChunks}. */
    interface Check {
        void chunks(String path, long dataset, long first, long last) throws HDF5Exception;
    }

    /** Reads the table of a file that has one. */
    static PositionRows read(long file, Check check) throws HDF5Exception {
        try (Handle table = Links.open(file, PositionRows.PATH);
                Handle type = Types.of(PositionRows.TYPE)) {
            int count = Math.toIntExact(checkedLength(table));
            long commits = commits(table);
            ByteBuffer bytes = PositionRows.direct(Math.max(1, count));
            if (count > 0) {
                check.chunks(PositionRows.PATH, table.id, 0, count - 1);
                Library.calls().read(table.id, type.id, bytes.slice(0, count * PositionRows.ROW_BYTES));
            }
            PositionRows rows = PositionRows.of(bytes, count, commits);
            if (rows == null) {
                throw StorageException.schema(PositionRows.PATH, "each partition once", "one that is there twice");
            }
            return rows;
        }
    }

    private static long checkedLength(Handle table) throws HDF5Exception {
        if (H5.H5Iget_type(table.id) != HDF5Constants.H5I_DATASET) {
            throw doesNotFit(0, ObjectText.of(PositionRows.PATH, table.id));
        }
        try (Handle found = Handle.type(H5.H5Dget_type(table.id));
                Handle expected = Types.of(PositionRows.TYPE);
                Handle space = Handle.space(H5.H5Dget_space(table.id));
                Handle storage = Handle.propertiesOf(H5.H5Dget_create_plist(table.id))) {
            int rank = H5.H5Sget_simple_extent_ndims(space.id);
            long[] extent = new long[rank];
            long[] maximum = new long[rank];
            H5.H5Sget_simple_extent_dims(space.id, extent, maximum);
            if (rank != 1
                    || maximum[0] != HDF5Constants.H5S_UNLIMITED
                    || H5.H5Pget_layout(storage.id) != HDF5Constants.H5D_CHUNKED
                    || !Types.same(found.id, expected.id)) {
                throw doesNotFit(rank == 0 ? 0 : extent[0], ObjectText.of(PositionRows.PATH, table.id));
            }
            if (extent[0] > MAX_PARTITIONS) {
                throw StorageException.schema(
                        PositionRows.PATH, "at most " + MAX_PARTITIONS + " partitions", "" + extent[0]);
            }
            return extent[0];
        }
    }

    private static StorageException doesNotFit(long length, String found) throws HDF5Exception {
        try (Handle type = Types.of(PositionRows.TYPE);
                Handle space = space(length)) {
            return StorageException.schema(
                    PositionRows.PATH,
                    H5DumpText.dataset(PositionRows.PATH, ObjectText.dataset(type.id, space.id)),
                    found);
        }
    }

    private static Handle space(long length) throws HDF5Exception {
        long[] unlimited = {HDF5Constants.H5S_UNLIMITED};
        return Handle.space(H5.H5Screate_simple(1, new long[] {length}, unlimited));
    }

    private static long commits(Handle table) throws HDF5Exception {
        String expected = "an attribute \"" + PositionRows.COMMITS + "\" that is one int64, not negative";
        if (!H5.H5Aexists(table.id, PositionRows.COMMITS)) {
            throw StorageException.schema(PositionRows.PATH, expected, "none");
        }
        try (Handle attribute =
                        Handle.attribute(H5.H5Aopen(table.id, PositionRows.COMMITS, HDF5Constants.H5P_DEFAULT));
                Handle found = Handle.type(H5.H5Aget_type(attribute.id));
                Handle space = Handle.space(H5.H5Aget_space(attribute.id))) {
            long points = H5.H5Sget_simple_extent_npoints(space.id);
            if (!H5.H5Tequal(found.id, HDF5Constants.H5T_STD_I64LE) || points != 1) {
                throw StorageException.schema(PositionRows.PATH, expected, points + " of " + ObjectText.type(found.id));
            }
            ByteBuffer value = number();
            Library.calls().readAttribute(attribute.id, HDF5Constants.H5T_STD_I64LE, value);
            if (value.getLong(0) < 0) {
                throw StorageException.schema(PositionRows.PATH, expected, "" + value.getLong(0));
            }
            return value.getLong(0);
        }
    }

    private static ByteBuffer number() {
        return ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public Map<String, Long> last() {
        return rows.last();
    }

    @Override
    public void write(Map<String, Long> changed) {
        if (!pending && !rows.differ(changed)) {
            return;
        }
        pending = true;
        BitSet touched = rows.change(changed);
        if (rows.count() > MAX_PARTITIONS) {
            throw StorageException.schema(
                    PositionRows.PATH, "at most " + MAX_PARTITIONS + " partitions", "" + rows.count());
        }
        try {
            SpaceAllocator without = directUse.direct();
            if (without != null && direct != null) {
                write(without, direct, touched);
                return;
            }
            reopen();
            extend(rows.count());
            for (int first = touched.nextSetBit(0); first >= 0; ) {
                int end = PositionRows.endOfRun(touched, first);
                write(first, end - first);
                first = touched.nextSetBit(end);
            }
            writeCommits(rows.commits() + 1); // last: for SWMR readers, the attribute makes the new offsets valid
        } catch (HDF5Exception e) {
            throw StorageException.write(
                    PositionRows.PATH, "the positions cannot be written: " + ErrorStack.reason(e), e);
        } catch (IOException e) {
            throw StorageException.write(PositionRows.PATH, "the positions cannot be written: " + e.getMessage(), e);
        }
    }

    private void write(SpaceAllocator to, ChunkedDatasetWriter table, BitSet touched) throws IOException {
        for (int first = touched.nextSetBit(0); first >= 0; ) {
            int end = PositionRows.endOfRun(touched, first);
            table.write(to, length, first, end - first, rows.slice(first, end - first));
            length = Math.max(length, end);
            first = touched.nextSetBit(end);
        }
        table.set(to, PositionRows.COMMITS, rows.commits() + 1);
        commits = rows.commits() + 1;
    }

    private void extend(long count) throws HDF5Exception {
        if (count != length) {
            H5.H5Dset_extent(id, new long[] {count});
            length = count;
        }
    }

    private void write(int first, int count) throws HDF5Exception {
        long[] block = {count};
        try (Handle inFile = Handle.space(H5.H5Dget_space(id));
                Handle inMemory = Handle.space(H5.H5Screate_simple(1, block, null))) {
            H5.H5Sselect_hyperslab(inFile.id, HDF5Constants.H5S_SELECT_SET, new long[] {first}, null, block, null);
            Library.calls().write(id, type, inMemory.id, inFile.id, rows.slice(first, count));
        } catch (HDF5Exception e) {
            throw ErrorStack.kept(e);
        }
    }

    private void writeCommits(long number) throws HDF5Exception {
        // Not kept open: SWMR mode cannot begin in a file with an open attribute.
        try (Handle attribute = Handle.attribute(H5.H5Aopen(id, PositionRows.COMMITS, HDF5Constants.H5P_DEFAULT))) {
            Library.calls().writeAttribute(attribute.id, HDF5Constants.H5T_STD_I64LE, number().putLong(0, number));
        } catch (HDF5Exception e) {
            throw ErrorStack.kept(e);
        }
        commits = number;
    }

    /** Opens the table in the C library; its length must be the one that this session left. */
    private void reopen() throws HDF5Exception {
        if (id != CLOSED) {
            return;
        }
        make();
        id = file.reading(this::openTable);
        file.identifiers.add(this);
        type = Types.of(PositionRows.TYPE).id;
        Preread.allChunks(file, id);
    }

    private void make() throws HDF5Exception {
        if (!made) {
            Preread.path(file, PositionRows.PATH);
            create();
            made = true;
        }
    }

    private long openTable() throws HDF5Exception {
        try (Handle table = Links.open(file.id(), PositionRows.PATH);
                Handle access = Handle.properties(HDF5Constants.H5P_DATASET_ACCESS)) {
            long lengthNow = checkedLength(table);
            long commitsNow = commits(table);
            if (lengthNow != length || commitsNow != commits) {
                throw StorageException.schema(
                        PositionRows.PATH,
                        length + " partitions after " + commits + " commits, as this sink left it",
                        lengthNow + " after " + commitsNow + "; another program changed it");
            }
            H5.H5Pset_chunk_cache(
                    access.id, 1, 0, 1); // each write goes to the file at once, and has the changed bytes only
            return H5.H5Dopen(file.id(), PositionRows.PATH, access.id);
        }
    }

    private void create() throws HDF5Exception {
        try (Handle links = Links.creation();
                Handle creation = Handle.properties(HDF5Constants.H5P_DATASET_CREATE);
                Handle element = Types.of(PositionRows.TYPE);
                Handle space = space(0)) {
            H5.H5Pset_chunk(creation.id, 1, new long[] {PositionRows.CHUNK_ROWS});
            H5.H5Pset_fill_time(
                    creation.id, HDF5Constants.H5D_FILL_TIME_NEVER); // the length never exceeds the rows written
            H5.H5Pset_obj_track_times(creation.id, false);
            try (Handle table = Handle.object(H5.H5Dcreate(
                            file.id(),
                            PositionRows.PATH,
                            element.id,
                            space.id,
                            links.id,
                            creation.id,
                            HDF5Constants.H5P_DEFAULT));
                    Handle scalar = Handle.space(H5.H5Screate(HDF5Constants.H5S_SCALAR));
                    Handle attribute = Handle.attribute(H5.H5Acreate(
                            table.id,
                            PositionRows.COMMITS,
                            HDF5Constants.H5T_STD_I64LE,
                            scalar.id,
                            HDF5Constants.H5P_DEFAULT,
                            HDF5Constants.H5P_DEFAULT))) {
                Library.calls().writeAttribute(attribute.id, HDF5Constants.H5T_STD_I64LE, number().putLong(0, commits));
            } catch (HDF5Exception e) {
                throw ErrorStack.kept(e);
            }
        }
        ScaleAttributes.makeScale(file.id(), PositionRows.PATH, "positions");
        attributes.made(PositionRows.PATH);
    }

    @Override
    public void committed() {
        if (pending) {
            rows.commit();
            pending = false;
        }
    }

    @Override
    public void rollBack() {
        rows.rollBack();
        if (pending && id != CLOSED) {
            try {
                writeCommits(rows.commits());
                extend(rows.committedCount());
            } catch (HDF5Exception e) {
                throw StorageException.write(
                        PositionRows.PATH, "positions cannot be taken back: " + ErrorStack.reason(e), e);
            }
        }
        pending = false;
    }

    @Override
    public boolean stays() {
        return true; // the table bypasses the chunk cache
    }

    @Override
    public void close() throws HDF5Exception {
        if (id != CLOSED) {
            H5.H5Tclose(type);
            H5.H5Dclose(id);
            id = CLOSED;
            type = CLOSED;
        }
    }
}
