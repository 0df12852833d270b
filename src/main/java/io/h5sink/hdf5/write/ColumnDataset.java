package io.h5sink.hdf5.write;

import io.h5sink.engine.WritableFile;
import io.h5sink.filter.ChunkCoder;
import io.h5sink.format.FormatException;
import io.h5sink.format.index.ChunkGrid;
import io.h5sink.format.index.ChunkLayout;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.hdf5.ChunkedDatasetWriter;
import io.h5sink.hdf5.LinkMessages;
import io.h5sink.hdf5.ObjectTree;
import io.h5sink.hdf5.VariableLengthWriter;
import io.h5sink.hdf5.type.ColumnDatatypes;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.hdf5.type.Recoding;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.UnsuitedFileException;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A column's dataset, which grows along its first axis. An existing dataset must suit the column; a missing one is made with its first
 * rows. One thread at a time.
 */
final class ColumnDataset implements WritableFile.Dataset {

    /** About the bytes of a dataset's header with filters and of the index of its first chunks. */
    private static final int BLOCKS = 1000;

    private final OpenObjects file;
    private final String path;

    private ColumnPlan plan;

    /** Converts a column's rows to the dataset's type; null if the types are the same. */
    private @Nullable Recoding recoding;

    private long rows;

    /** The shape of a chunk. */
    private long[] chunk;

    private ChunkGrid grid;

    private boolean made;

    /** The number of first rows that get the fill value; and how many of them, at the beginning, have it. */
    private long backfill;

    private long backfilled;

    /** Whether the dataset has its first rows and its attributes. */
    private boolean complete;

    private boolean withdrawn;

    /** Adds rows; null before the dataset is made, or after another program has changed the file. */
    private @Nullable ChunkedDatasetWriter writer;

    /** The file that {@link #writer} was found in. */
    private @Nullable SpaceAllocator seen;

    private @Nullable ChunkCoder coder;

    ColumnDataset(OpenObjects file, ColumnPlan plan, long[] chunk) {
        this.file = file;
        this.path = plan.path();
        this.plan = plan;
        this.chunk = chunk;
        this.grid = new ChunkGrid(chunk, plan.extent(0), plan.extent(Dataspace.UNLIMITED), plan.elementBytes());
    }

    /** Checks the existing dataset, or notes that the dataset must be made. */
    void bind() throws IOException {
        ObjectTree tree = file.tree();
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String parent = path.substring(0, slash);
            ObjectTree.PathEnd end = tree.find(parent);
            if (end.kind() == ObjectTree.Kind.NOTHING) {
                expectBlocks();
                return;
            }
            if (!end.isObject() || tree.kind(end.header()) != LinkMessages.Target.GROUP) {
                String child = path.substring(slash + 1);
                throw StorageException.schema(
                        parent, H5DumpText.group(parent, child, planned(0)), file.words(parent, end));
            }
        }
        ObjectTree.PathEnd end = tree.find(path);
        if (end.kind() == ObjectTree.Kind.NOTHING) {
            expectBlocks();
            return;
        }
        if (!end.isObject()) {
            throw StorageException.schema(path, H5DumpText.dataset(path, planned(0)), file.words(path, end));
        }
        adopt(end.header());
    }

    /** Makes ready for the blocks of a dataset that is going to be made; throws if readers who follow could not see the dataset. */
    private void expectBlocks() {
        file.mustBeVisible(path, true, plan.type().variable());
        if (plan.codes()) {
            file.space().expectBlocks(BLOCKS);
        }
    }

    /** The plan in the words of h5dump. */
    private String planned(long length) {
        return H5DumpText.dataset(ColumnDatatypes.of(plan.type()), plan.space(length));
    }

    private void adopt(long address) throws IOException {
        ObjectTree tree = file.tree();
        ObjectHeader header = tree.header(address);
        if (LinkMessages.kind(header) != LinkMessages.Target.DATASET) {
            throw StorageException.schema(
                    path, H5DumpText.dataset(path, planned(0)), file.words(path, tree.find(path)));
        }
        FoundColumn found = FoundColumn.of(tree.file().input(), header);
        Datatype expected = ColumnDatatypes.of(plan.type());
        boolean same = found.type().equals(expected);
        Recoding converting = same ? null : Recoding.of(plan.type(), found.type());
        Dataspace space = found.space();
        if (!found.isGrowing() || !(same || converting != null) || !sameShape(space)) {
            throw unfit(found, expected);
        }
        long[] its = found.chunk();
        plan.mustFitMemory(its, found.type().size());
        grid = found.grid();
        if (converting != null) {
            plan = plan.stored(converting.stored());
        }
        coder = found.coder(path, plan.coding(), file.filters());
        file.mustBeVisible(path, false, plan.type().variable());
        mustBeFollowable(header);
        recoding = converting;
        rows = space.dimensions().get(0);
        chunk = its;
        made = true;
        complete = true;
        locate(address, found);
        mustFit();
    }

    /** Leaves a dataset to the C library if readers follow and could meet a node of the chunks' B-tree while it changes. */
    private void mustBeFollowable(ObjectHeader header) {
        ObjectHeader.Message message = Objects.requireNonNull(header.first(ObjectHeader.LAYOUT));
        ChunkLayout layout = ChunkLayout.decode(message.open());
        if (file.transaction().isForFollowers() && layout != null && layout.kind() == ChunkLayout.IndexKind.TREE) {
            throw new UnsuitedFileException(
                    path, "a B-tree finds its chunks, which readers who follow could meet in the middle of a change");
        }
    }

    private boolean sameShape(Dataspace space) {
        return space.rank() > 0
                && space.dimensions().equals(plan.space(space.first()).dimensions());
    }

    private StorageException unfit(FoundColumn found, Datatype expected) {
        String wanted = planned(found.space().rank() == 0 ? 0 : found.space().first()); // any length suits
        String actual = ObjectWords.dataset(
                file.tree(), file.tree().header(file.tree().find(path).header()));
        if (found.isChunked()) {
            if (actual.equals(wanted)) {
                wanted += " of " + H5DumpText.places(expected);
                actual += " of " + H5DumpText.places(found.type());
            }
            return StorageException.schema(path, wanted, actual);
        }
        return StorageException.schema(
                path,
                wanted + ' ' + H5DumpText.chunks(chunk, coder == null ? List.of() : coder.filters()),
                actual + ' ' + found.storage());
    }

    /** Prepares to add rows; strings that this sink fills in itself are not filled in behind the last row. */
    private void locate(long header, FoundColumn found) {
        boolean own = plan.type().variable() && plan.type().fill() != null;
        writer = new ChunkedDatasetWriter(header, grid, coder, own ? null : StoredFill.ofChunks(file, found));
        seen = file.space();
    }

    private FoundColumn found(long header) {
        return FoundColumn.of(file.space().input(), file.tree().header(header));
    }

    /** Throws if the writer cannot add rows to the dataset that was found. */
    private void mustFit() throws IOException {
        if (!Objects.requireNonNull(writer).fits(file.space(), rows)) {
            throw OpenObjects.unfit();
        }
    }

    /** The writer of the dataset in the file as it is now. */
    private ChunkedDatasetWriter writer() throws IOException {
        if (!made) {
            make();
        } else if (seen != file.space()) {
            ObjectTree.PathEnd end = file.tree().find(path);
            if (!end.isObject()) {
                throw new IOException("it is gone; another program has removed it");
            }
            FoundColumn found = found(end.header());
            long now = found.space().first();
            if (now != rows) {
                throw StorageException.schema(
                        path, rows + " rows, as this sink left it", now + " rows; another program changed it");
            }
            locate(end.header(), found);
            mustFit();
        }
        ChunkedDatasetWriter its = Objects.requireNonNull(writer);
        if (!complete) {
            complete(its);
        }
        return its;
    }

    private void make() throws IOException {
        file.mustBeVisible(path, true, plan.type().variable());
        coder = plan.coder(chunk);
        long header = NewColumn.make(file.space(), file.heap(), plan, chunk, coder, backfill > 0);
        int slash = path.lastIndexOf('/');
        long parent = file.tree().group(path.substring(0, slash), file::inTheWay);
        file.tree().link(parent, path, header);
        made = true;
        writer = new ChunkedDatasetWriter(
                header, grid, coder, backfill > 0 ? StoredFill.ofChunks(file, found(header)) : null);
        seen = file.space();
    }

    /** Completes a new dataset. A failure leaves the steps that are done, so that the next attempt goes on behind them. */
    private void complete(ChunkedDatasetWriter its) throws IOException {
        while (backfilled < backfill) {
            backfilled += NewColumn.backfill(file.space(), file.heap(), plan, its, backfilled, backfill - backfilled);
        }
        file.made(path);
        complete = true;
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public int chunkRows() {
        return (int) Math.min(chunk[0], Integer.MAX_VALUE);
    }

    /** Whether the dataset is in the file. */
    boolean isMade() {
        return made;
    }

    @Override
    public void withdraw() {
        withdrawn = true;
    }

    @Override
    public void backfill(long length) {
        if (made || plan.type().fill() == null) {
            throw new IllegalStateException(path + " has other rows");
        }
        backfill = length;
        rows = length;
    }

    @Override
    public void announce(long firstRow, ByteBuffer data) {
        ChunkedDatasetWriter its = writer;
        if (recoding == null && !plan.type().variable() && its != null && seen == file.space()) { // stored as announced
            its.announce(firstRow, rows, data);
        }
    }

    @Override
    public boolean recodes() {
        return recoding != null;
    }

    @Override
    public @Nullable Refused refused(long firstRow, int count, ByteBuffer data, @Nullable IntBuffer starts) {
        return recoding == null ? null : recoding.refused(path, firstRow, count, data, starts);
    }

    @Override
    public void write(long firstRow, int count, ByteBuffer data) {
        Recoding mine = recoding;
        put(firstRow, count, mine == null ? data : mine.checked(path, firstRow, () -> mine.fixed(count, data)), "rows");
    }

    @Override
    public void writeVariable(long firstRow, int count, ByteBuffer data, IntBuffer starts) {
        Recoding mine = recoding;
        if (mine == null) {
            putVariable(firstRow, count, data, starts);
        } else if (mine.fixes()) {
            put(firstRow, count, mine.checked(path, firstRow, () -> mine.fixedText(count, data)), "rows");
        } else {
            Recoding.Varying converted = mine.checked(path, firstRow, () -> mine.varying(count, data, starts));
            putVariable(firstRow, count, converted.data(), converted.starts());
        }
    }

    private void putVariable(long firstRow, int count, ByteBuffer data, IntBuffer starts) {
        ByteBuffer references;
        ColumnType type = plan.type();
        try {
            references = type.ragged()
                    ? VariableLengthWriter.sequences(file.heap(), count, data, starts, type.elementBytes())
                    : VariableLengthWriter.strings(file.heap(), count * (int) type.elements(), data);
        } catch (IOException e) {
            throw failed(firstRow, count, "rows of varying size", e);
        }
        put(firstRow, count, references, "rows of varying size");
    }

    private void put(long firstRow, int count, ByteBuffer data, String what) {
        try {
            ChunkedDatasetWriter its = writer();
            if (count > 0) {
                its.write(file.space(), rows, firstRow, count, data);
                rows = Math.max(rows, firstRow + count);
            }
            file.written();
        } catch (IOException | FormatException e) {
            throw failed(firstRow, count, what, e);
        }
    }

    private StorageException failed(long firstRow, int count, String what, Exception e) {
        return StorageException.write(
                path, count + " " + what + " at row " + firstRow + " cannot be written: " + OpenObjects.reason(e), e);
    }

    @Override
    public void truncate(long length) {
        // a commit that fails is undone as a whole
    }

    /** Java's writer, for the steps that make a file smaller; null if the dataset is not made or not in the file as it is now. */
    @Nullable
    ChunkedDatasetWriter tidied() {
        return made && !withdrawn && seen == file.space() ? writer : null;
    }
}
