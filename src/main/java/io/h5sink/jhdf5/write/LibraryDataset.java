package io.h5sink.jhdf5.write;

import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.engine.WritableFile;
import io.h5sink.filter.ChunkCoder;
import io.h5sink.format.index.ChunkGrid;
import io.h5sink.format.index.ChunkIndex;
import io.h5sink.hdf5.ChunkedDatasetWriter;
import io.h5sink.hdf5.VariableLengthReferences;
import io.h5sink.hdf5.type.Recoding;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.commit.FileSession;
import io.h5sink.jhdf5.commit.HeldIdentifiers;
import io.h5sink.jhdf5.commit.Preread;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A column's dataset, unlimited along its first axis only, so that HDF5 gives it an extensible array as chunk index. Java or the C library
 * extends the dataset, as {@link DirectUse} chooses.
 *
 * <p>Unfiltered chunks bypass HDF5's chunk cache: a partly full chunk is filled up in place, and no committed byte is written again. Fill
 * values are written only into rows that were declared to have them; otherwise the dataset's length never exceeds the rows written.
 */
final class LibraryDataset implements WritableFile.Dataset, HeldIdentifiers.HeldIdentifier, DirectUse.Growing {

    private final FileSession file;
    private final DirectUse directUse;
    private final Attributes attributes;
    private final String path;

    /** The type of a row in the file. */
    private ColumnType type;

    private DatasetPlan plan;

    /** Whether the dataset is in another file, behind an external link; HDF5 writes to that file, without a journal. */
    private boolean elsewhere;

    /** Converts a column's rows to the dataset's type; null if the types are the same. */
    private @Nullable Recoding recoding;

    private long rows;
    private int chunkRows;
    private boolean filtered;

    /** Java's implementation of the filters; null without filters, or if only the C library has them. */
    private @Nullable ChunkCoder coder;

    private long[] chunkShape = {};
    private long @Nullable [] chunkToMake;
    private boolean backfilled;

    /** Whether this session has made the dataset, maybe with rows, and not used it since, so that all of its bytes are new. */
    private boolean fresh;

    /** Whether the last chunk may have heap references behind the last row, left by a writer that died. */
    private boolean leftovers;

    /** Whether the last chunks were found undamaged, or this session has written them. */
    private boolean checked;

    /** Adds rows in Java. */
    private DirectRows direct;

    /** Adds rows through the C library; null while the library does not have the dataset open. */
    private @Nullable LibraryRows library;

    LibraryDataset(FileSession file, DirectUse directUse, Attributes attributes, DatasetPlan plan) {
        this.file = file;
        this.directUse = directUse;
        this.attributes = attributes;
        this.path = plan.path;
        this.type = plan.type;
        this.plan = plan;
        this.direct = new DirectRows(directUse, path, type, null);
    }

    /** Checks the existing dataset, or notes that the dataset must be made. */
    void bind(long[] chunk) throws HDF5Exception {
        FoundDataset.AppendWay way = FoundDataset.way(file, plan);
        elsewhere = way.elsewhere();
        if (way.there()) {
            adopt(FoundDataset.check(file, plan, chunk));
        } else {
            file.mustTake(path, true, type.variable());
            if (!elsewhere) {
                file.mustTakeLinks(way.group());
            }
            chunkToMake = chunk;
            chunkRows = (int) chunk[0];
            chunkShape = chunk;
            mayGrow(chunk);
        }
    }

    private void adopt(FoundDataset found) {
        rows = found.rows();
        chunkRows = (int) Math.min(found.chunk()[0], Integer.MAX_VALUE);
        chunkShape = found.chunk();
        filtered = found.filtered();
        coder = found.coder();
        recoding = found.recoding();
        elsewhere = found.elsewhere();
        if (recoding != null) {
            type = recoding.stored();
            plan = plan.found(type);
        }
        file.mustTake(path, false, type.variable());
        leftovers = type.variable() && rows % chunkRows != 0;
        if (found.filled()
                && !(type.variable() && type.fill() != null)) { // the sink writes its own fill values with the rows
            directUse.refuse(path + " has a fill value that HDF5 writes");
        } else {
            mayGrow(chunkShape);
        }
    }

    /** Registers the dataset with {@link DirectUse}, or has the C library write all rows. */
    private void mayGrow(long[] chunk) {
        ChunkGrid grid = new ChunkGrid(
                chunk, plan.extent(0), plan.extent(HDF5Constants.H5S_UNLIMITED), plan.chunkBytes(new long[0]));
        direct = new DirectRows(directUse, path, type, grid.isConsecutive() ? grid : null);
        if (elsewhere) {
            directUse.refuse(path + " lies in another file");
        } else if (!direct.possible()) {
            directUse.refuse("rows of " + path + " do not lie in its chunks one after the other");
        } else if (filtered && (type.variable() || coder == null)) {
            directUse.refuse(path + " has filters that only HDF5 runs");
        } else {
            directUse.add(this);
        }
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public int chunkRows() {
        return chunkRows;
    }

    @Override
    public void backfill(long length) {
        if (chunkToMake == null || type.fill() == null) {
            throw new IllegalStateException(path + " has other rows");
        }
        backfilled = true;
        rows = length;
    }

    @Override
    public void write(long firstRow, int count, ByteBuffer data) {
        Recoding mine = recoding;
        ByteBuffer rows = mine == null ? data : mine.checked(path, firstRow, () -> mine.fixed(count, data));
        write(firstRow, count, rows, 0, "rows");
    }

    @Override
    public @Nullable Refused refused(long firstRow, int count, ByteBuffer data, @Nullable IntBuffer starts) {
        return recoding == null ? null : recoding.refused(path, firstRow, count, data, starts);
    }

    @Override
    public boolean recodes() {
        return recoding != null;
    }

    @Override
    public boolean isMade() {
        return chunkToMake == null;
    }

    @Override
    public boolean isCoded() {
        return isMade() ? coder != null : plan.codes();
    }

    @Override
    public void withdraw() {
        directUse.withdraw(this);
    }

    @Override
    public ChunkedDatasetWriter direct() {
        return direct.dataset();
    }

    @Override
    public void announce(long firstRow, ByteBuffer data) {
        if (recoding == null) { // recoded rows differ from the announced ones
            direct.announce(firstRow, rows, data);
        }
    }

    @Override
    public void locate() throws HDF5Exception {
        make();
        if (!direct.located()) {
            direct.locate(file.id(), path, coder);
        }
    }

    @Override
    public boolean fits(SpaceAllocator to) throws IOException {
        return direct.dataset().fits(to, rows);
    }

    @Override
    public void writeVariable(long firstRow, int count, ByteBuffer data, IntBuffer starts) {
        Recoding mine = recoding;
        if (mine == null) {
            putVariable(firstRow, count, data, starts);
        } else if (mine.fixes()) {
            write(firstRow, count, mine.checked(path, firstRow, () -> mine.fixedText(count, data)), 0, "rows");
        } else {
            Recoding.Varying rows = mine.checked(path, firstRow, () -> mine.varying(count, data, starts));
            putVariable(firstRow, count, rows.data(), rows.starts());
        }
    }

    private void putVariable(long firstRow, int count, ByteBuffer data, IntBuffer starts) {
        if (direct.appendVariable(rows, firstRow, count, data, starts)) {
            rows = firstRow + count;
            return;
        }
        long address = Library.calls().address(data);
        ByteBuffer references = type.ragged()
                ? VariableLengthReferences.sequences(address, count, starts, type.elementBytes())
                : VariableLengthReferences.strings(address, count * (int) type.elements(), data);
        try {
            write(firstRow, count, references, data.remaining(), "rows of varying size");
        } finally {
            java.lang.ref.Reference.reachabilityFence(data);
        }
    }

    @Override
    public void truncate(long length) {
        if (library != null) {
            try {
                library.extend(length);
                rows = length;
            } catch (HDF5Exception e) {
                throw StorageException.write(path, "rows cannot be taken away: " + ErrorStack.reason(e), e);
            }
        }
    }

    private void write(long firstRow, int count, ByteBuffer data, long heapBytes, String what) {
        try {
            if (direct.append(rows, firstRow, count, data)) {
                rows = firstRow + count;
                return;
            }
            LibraryRows through = reopened();
            if (count == 0) {
                return; // without rows, the dataset is only made
            }
            through.reserve(count, data.remaining(), heapBytes, chunkRows);
            rows = Math.max(rows, append(through, firstRow, count, data));
        } catch (HDF5Exception e) {
            throw StorageException.write(
                    path,
                    count + " " + what + " at row " + firstRow + " cannot be written: " + ErrorStack.reason(e),
                    e);
        }
    }

    /** Extends the dataset and writes rows; gives the index behind the last row written. */
    private long append(LibraryRows through, long firstRow, int count, ByteBuffer data) throws HDF5Exception {
        long end = firstRow + count;
        if (end > rows) {
            clearLeftovers(through);
            through.extend(end);
        }
        through.write(firstRow, count, chunkRows, data);
        return end;
    }

    /**
     * Has HDF5 fill the rest of the last chunk, behind the last row. HDF5 would take a heap reference there for that of an element to be
     * replaced, and would free the heap object, which is gone or belongs to another element by now.
     */
    private void clearLeftovers(LibraryRows through) throws HDF5Exception {
        if (leftovers) {
            through.extend((rows / chunkRows + 1) * chunkRows);
            through.extend(rows);
            leftovers = false;
        }
    }

    private void make() throws HDF5Exception {
        if (chunkToMake != null) {
            file.reserve(0, 0, true); // the log may lack the new dataset's metadata
            Preread.path(file, path);
            coder = plan.coder(chunkToMake);
            filtered = coder != null;
            DatasetCreation.make(file, plan, chunkToMake, rows, backfilled, dataset -> {
                if (direct.possible()) {
                    direct.locate(dataset, ".", coder);
                }
            });
            fresh = true;
            checked = true;
            attributes.made(path);
            chunkToMake = null;
        }
    }

    /** Opens the dataset in the C library; its length must be the one that this session left. */
    private LibraryRows reopened() throws HDF5Exception {
        if (library != null) {
            return library;
        }
        plan.mustBeOfTheLibrarys(chunkToMake == null ? coder : plan.coder(chunkToMake), directUse.refusal());
        make();
        LibraryRows opened = LibraryRows.open(file, plan, filtered);
        library = opened;
        file.identifiers.add(this);
        if (!checked) {
            file.checkChunks(path, opened.id(), rows - 1, rows - 1);
            checked = true;
        }
        if (!fresh || rows > 0) { // each time: for SWMR writing HDF5 empties its metadata cache
            Preread.lastChunks(file, opened.id());
        }
        keepLastChunks(opened.id());
        fresh = false;
        opened.mustHave(rows);
        return opened;
    }

    /**
     * Notes the old bytes of the last chunk if it is partly full and filtered: HDF5 writes such a chunk anew, in place if the new bytes
     * fit.
     */
    private void keepLastChunks(long id) throws HDF5Exception {
        if (filtered && (!fresh || direct.used()) && rows % chunkRows != 0) {
            ChunkIndex.IndexGrid grid =
                    new ChunkIndex.IndexGrid(plan.extent(rows), plan.extent(HDF5Constants.H5S_UNLIMITED), chunkShape);
            file.overwritesChunks(path, id, grid, plan.chunkBytes(chunkShape), rows - 1);
        }
    }

    @Override
    public boolean stays() {
        return !filtered
                && !elsewhere; // unfiltered chunks bypass the chunk cache; another file is complete only when closed
    }

    @Override
    public void close() throws HDF5Exception {
        if (library != null) {
            library.close();
            library = null;
        }
    }
}
