package io.h5sink.hdf5.write;

import io.h5sink.engine.Positions;
import io.h5sink.filter.ChunkCoder;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import io.h5sink.format.index.ExtensibleArrayShape;
import io.h5sink.format.message.AttributeMessage;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.FillValue;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.hdf5.ChunkedDatasetWriter;
import io.h5sink.hdf5.LinkMessages;
import io.h5sink.hdf5.ObjectAttributes;
import io.h5sink.hdf5.ObjectTree;
import io.h5sink.hdf5.PositionRows;
import io.h5sink.hdf5.type.ColumnDatatypes;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.storage.StorageException;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The table of positions: a dataset of {@link PositionRows}, in a group that viewers hide or skip. The dataset is a dimension scale of its
 * own only axis, because netCDF requires a scale for each axis of each dataset in a file. One thread at a time.
 */
final class PositionDataset implements Positions {

    private final OpenObjects file;
    private PositionRows rows = PositionRows.none();
    private boolean made;

    /** Whether positions were written since the last commit. */
    private boolean pending;

    /** The number of rows in the file. */
    private long length;

    private @Nullable ChunkedDatasetWriter writer;

    /** The address of the table's header. */
    private long header = Superblock.UNDEFINED;

    /** The file that {@link #writer} was found in. */
    private @Nullable SpaceAllocator seen;

    private PositionDataset(OpenObjects file) {
        this.file = file;
    }

    /** Reads the existing table, if the file has one. */
    static PositionDataset bind(OpenObjects file) throws IOException {
        PositionDataset table = new PositionDataset(file);
        ObjectTree.PathEnd end = file.tree().find(PositionRows.PATH);
        file.mustBeVisible(PositionRows.PATH, end.kind() == ObjectTree.Kind.NOTHING, false);
        if (end.kind() != ObjectTree.Kind.NOTHING) {
            table.read(end);
        }
        return table;
    }

    private void read(ObjectTree.PathEnd end) throws IOException {
        if (!end.isObject()) {
            throw unfit(0, end);
        }
        ObjectHeader header = file.tree().header(end.header());
        if (LinkMessages.kind(header) != LinkMessages.Target.DATASET) {
            throw unfit(0, end);
        }
        FoundColumn found = FoundColumn.of(file.space().input(), header);
        if (!found.isGrowing()
                || found.space().rank() != 1
                || !found.type().equals(ColumnDatatypes.of(PositionRows.TYPE))) {
            throw unfit(found.space().rank() == 0 ? 0 : found.space().first(), end);
        }
        length = found.space().first();
        if (length > MAX_PARTITIONS) {
            throw StorageException.schema(PositionRows.PATH, "at most " + MAX_PARTITIONS + " partitions", "" + length);
        }
        long commits = commits(end.header());
        ChunkedDatasetWriter its = locate(end.header(), found);
        if (!its.fits(file.space(), length)) {
            throw OpenObjects.unfit();
        }
        ByteBuffer bytes = PositionRows.direct((int) Math.max(1, length));
        its.read(file.space(), length, bytes.slice(0, (int) length * PositionRows.ROW_BYTES));
        PositionRows read = PositionRows.of(bytes, (int) length, commits);
        if (read == null) {
            throw StorageException.schema(PositionRows.PATH, "each partition once", "one that is there twice");
        }
        rows = read;
        made = true;
    }

    private StorageException unfit(long rowsThere, ObjectTree.PathEnd end) {
        String wanted =
                H5DumpText.dataset(ColumnDatatypes.of(PositionRows.TYPE), Dataspace.growing(List.of(rowsThere)));
        return StorageException.schema(
                PositionRows.PATH, H5DumpText.dataset(PositionRows.PATH, wanted), file.words(PositionRows.PATH, end));
    }

    private long commits(long header) {
        String expected = "an attribute \"" + PositionRows.COMMITS + "\" that is one int64, not negative";
        AttributeMessage attribute = ObjectAttributes.find(file.space(), header, NewColumn.utf8(PositionRows.COMMITS));
        if (attribute == null) {
            throw StorageException.schema(PositionRows.PATH, expected, "none");
        }
        Datatype type = Datatype.decode(
                attribute.type().duplicate().order(attribute.type().order()), Long.BYTES);
        Dataspace space = Dataspace.decode(
                attribute.space().duplicate().order(attribute.space().order()),
                file.space().input());
        if (!type.equals(ColumnDatatypes.int64()) || space.elements() != 1) {
            throw StorageException.schema(PositionRows.PATH, expected, space.elements() + " of " + H5DumpText.of(type));
        }
        long value = attribute.data().getLong(0);
        if (value < 0) {
            throw StorageException.schema(PositionRows.PATH, expected, "" + value);
        }
        return value;
    }

    /** Finds the table in the file as it is now; another program may have made a copy with other chunks and with filters. */
    private ChunkedDatasetWriter locate(long address, FoundColumn found) throws IOException {
        ColumnPlan.mustFitMemory(PositionRows.PATH, found.chunk(), found.type().size());
        ChunkCoder coder = found.coder(PositionRows.PATH, file.filters());
        ChunkedDatasetWriter its =
                new ChunkedDatasetWriter(address, found.grid(), coder, StoredFill.ofChunks(file, found));
        writer = its;
        header = address;
        seen = file.space();
        return its;
    }

    private FoundColumn found(long address) {
        return FoundColumn.of(file.space().input(), file.tree().header(address));
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
            write(writer(), touched);
        } catch (IOException | FormatException e) {
            throw StorageException.write(
                    PositionRows.PATH, "the positions cannot be written: " + OpenObjects.reason(e), e);
        }
    }

    private void write(ChunkedDatasetWriter table, BitSet touched) throws IOException {
        for (int first = touched.nextSetBit(0); first >= 0; ) {
            int end = PositionRows.endOfRun(touched, first);
            table.write(file.space(), length, first, end - first, rows.slice(first, end - first));
            length = Math.max(length, end);
            first = touched.nextSetBit(end);
        }
        if (table.has(file.space(), PositionRows.COMMITS, rows.commits())) {
            table.set(file.space(), PositionRows.COMMITS, rows.commits() + 1);
        } else { // not in the header itself
            ObjectAttributes.put(file.space(), header, commitsAttribute(rows.commits() + 1));
        }
    }

    private static AttributeMessage commitsAttribute(long commits) {
        ByteBuffer value = new FormatOutput().int64(commits).toBuffer();
        return AttributeMessage.of(
                NewColumn.utf8(PositionRows.COMMITS),
                NewColumn.encoded(ColumnDatatypes.int64()),
                Dataspace.scalar(),
                value);
    }

    /** The writer of the table in the file as it is now; the table must be as this session left it. */
    private ChunkedDatasetWriter writer() throws IOException {
        if (!made) {
            make();
        } else if (seen != file.space()) {
            ObjectTree.PathEnd end = file.tree().find(PositionRows.PATH);
            if (!end.isObject()) {
                throw new IOException("the table is gone; another program has removed it");
            }
            locate(end.header(), found(end.header()));
            long now = commits(end.header());
            if (now != rows.commits()) {
                throw StorageException.schema(
                        PositionRows.PATH,
                        length + " partitions after " + rows.commits() + " commits, as this sink left it",
                        now + " commits; another program changed it");
            }
        }
        return Objects.requireNonNull(writer);
    }

    private void make() throws IOException {
        Datatype type = ColumnDatatypes.of(PositionRows.TYPE);
        List<AttributeMessage> attributes = List.of(
                commitsAttribute(rows.commits()), ascii("CLASS", "DIMENSION_SCALE"), ascii("NAME", "positions"));
        DataLayout layout = DataLayout.extensibleArray(
                new long[] {PositionRows.CHUNK_ROWS},
                type.size(),
                ExtensibleArrayShape.USUAL.parameters(),
                Superblock.UNDEFINED);
        long header = HeaderEditor.make(
                file.space(),
                NewColumn.messages(
                        type,
                        Dataspace.growing(List.of(0L)),
                        FillValue.none(
                                FillValue.INCREMENTAL, FillValue.NEVER), // the length never exceeds the rows written
                        List.of(),
                        layout,
                        attributes),
                0);
        long group =
                file.tree().group(PositionRows.PATH.substring(0, PositionRows.PATH.lastIndexOf('/')), file::inTheWay);
        file.tree().link(group, PositionRows.PATH, header);
        this.header = header;
        writer = new ChunkedDatasetWriter(header, PositionRows.GRID, null);
        seen = file.space();
        made = true;
        file.made(PositionRows.PATH);
    }

    /** An attribute that is one ASCII string of fixed length, with a NUL at the end. */
    private static AttributeMessage ascii(String name, String value) {
        ByteBuffer data = ByteBuffer.wrap(NewColumn.utf8(value + '\0'));
        Datatype type = new Datatype.StringType(data.remaining(), Datatype.NULL_TERMINATED, Datatype.ASCII);
        return AttributeMessage.of(NewColumn.utf8(name), NewColumn.encoded(type), Dataspace.scalar(), data);
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
        rows.rollBack(); // the file is undone as a whole
        pending = false;
    }
}
