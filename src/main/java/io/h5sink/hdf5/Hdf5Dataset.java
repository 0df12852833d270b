package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.schema.ColumnType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A dataset that is unlimited along its first axis only, which gives it the extensible-array chunk index.
 *
 * <p>Unfiltered chunks bypass the chunk cache: a partly full chunk is filled up in place, and no byte that was committed is
 * ever written again. Fill values are written only where rows were declared to have them, because the length never runs ahead of the data
 * otherwise.
 */
final class Hdf5Dataset implements Store.Dataset, OpenFile.Part, OpenFile.Growing {

    private static final long CLOSED = -1;
    private static final long LARGEST_CHUNK = 1L << 30;

    /** Rows of variable size that are not worth the opening of the file anew that more of them bring about. */
    private static final int FEW = 1 << 8;

    /** Bytes of variable size that fit into what is kept free anyway. */
    private static final int FEW_BYTES = 1 << 13;

    private final OpenFile file;
    private final String path;
    private final ColumnType type;
    private final ChunkCoding coding;
    private long rows;
    private int chunkRows;
    private boolean filtered;

    /** Does what the filters do; null if there are none, or if only the library knows them. */
    private @Nullable ChunkCoder coder;

    private long[] chunkShape = {};
    private long @Nullable [] chunkToMake;
    private boolean backfilled;

    /** Whether it was made, maybe with rows, and not used since; all of it is new then. */
    private boolean fresh;

    /** Whether the last chunk may hold references, behind the last row, that a writer who died has left. */
    private boolean leftovers;

    /** How rows lie in chunks; null if the library must know. */
    private @Nullable Lines lines;

    /** The dataset as it gets rows without the C library; null until it is known where it is. */
    private @Nullable DirectDataset direct;

    private long id = CLOSED;
    private long elementType = CLOSED;

    Hdf5Dataset(OpenFile file, String path, ColumnType type, ChunkCoding coding) {
        this.file = file;
        this.path = path;
        this.type = type;
        this.coding = type.variable() ? ChunkCoding.NONE : coding;
    }

    /** Opens the dataset and checks it, or notes that it must be made. */
    void bind(long[] chunk) throws HDF5Exception {
        boolean there = exists();
        file.mustTake(path, !there, type.variable());
        if (there) {
            check(chunk);
        } else {
            chunkToMake = chunk;
            chunkRows = (int) chunk[0];
            chunkShape = chunk;
            mayGrow(chunk);
        }
    }

    /** Says whether the C library is needed to add rows. */
    private void mayGrow(long[] chunk) {
        lines = Lines.of(chunk, extent(0), type.referenceBytes());
        boolean storable = type.variable() ? !filtered && type.fill() == null : !filtered || coder != null;
        if (lines != null && storable) {
            file.growing(this);
        } else {
            file.needsLibrary();
        }
    }

    /** Whether something has this path; groups above it must be groups. */
    private boolean exists() throws HDF5Exception {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String parent = path.substring(0, slash);
            if (!H5.H5Lexists(file.id(), parent, HDF5Constants.H5P_DEFAULT)) {
                return false;
            }
            try (Handle object = Handle.object(H5.H5Oopen(file.id(), parent, HDF5Constants.H5P_DEFAULT))) {
                if (H5.H5Iget_type(object.id) != HDF5Constants.H5I_GROUP) {
                    throw StoreException.schema(
                            parent,
                            ObjectText.group(parent, path.substring(slash + 1), planned(0)),
                            ObjectText.of(parent, object.id));
                }
            }
        }
        return H5.H5Lexists(file.id(), path, HDF5Constants.H5P_DEFAULT);
    }

    private void check(long[] chunk) throws HDF5Exception {
        try (Handle object = Handle.object(H5.H5Oopen(file.id(), path, HDF5Constants.H5P_DEFAULT))) {
            if (H5.H5Iget_type(object.id) != HDF5Constants.H5I_DATASET) {
                throw StoreException.schema(path, ObjectText.dataset(path, planned(0)), ObjectText.of(path, object.id));
            }
            try (Handle found = Handle.type(H5.H5Dget_type(object.id));
                    Handle expected = Types.of(type);
                    Handle space = Handle.space(H5.H5Dget_space(object.id));
                    Handle storage = Handle.propertiesOf(H5.H5Dget_create_plist(object.id))) {
                int rank = H5.H5Sget_simple_extent_ndims(space.id);
                long[] extent = new long[rank];
                long[] maximum = new long[rank];
                H5.H5Sget_simple_extent_dims(space.id, extent, maximum);
                boolean chunked = H5.H5Pget_layout(storage.id) == HDF5Constants.H5D_CHUNKED;
                if (!chunked
                        || !Types.same(found.id, expected.id)
                        || !sameShape(extent)
                        || maximum[0] != HDF5Constants.H5S_UNLIMITED) {
                    String wanted = planned(rank == 0 ? 0 : extent[0]); // the length is not what is wrong
                    String actual = ObjectText.dataset(found.id, space.id);
                    throw chunked
                            ? StoreException.schema(path, wanted, actual)
                            : StoreException.schema(
                                    path,
                                    wanted + plannedStorage(chunk),
                                    actual + ' ' + ObjectText.storage(storage.id));
                }
                long[] chunkFound = new long[rank];
                H5.H5Pget_chunk(storage.id, rank, chunkFound);
                mustFitMemory(chunkFound, H5.H5Tget_size(found.id));
                rows = extent[0];
                chunkRows = (int) Math.min(chunkFound[0], Integer.MAX_VALUE);
                chunkShape = chunkFound;
                filtered = H5.H5Pget_nfilters(storage.id) > 0;
                coder = filtered
                        ? coding.find(Filters.of(storage.id), type.elementBytes(), chunkBytes(chunkFound))
                        : null;
                leftovers = type.variable() && rows % chunkRows != 0;
                if (isFilled(storage.id)) {
                    file.needsLibrary();
                } else {
                    mayGrow(chunkFound);
                }
            }
        }
    }

    /** Whether the library fills new chunks with a value of someone's. */
    private static boolean isFilled(long storage) throws HDF5Exception {
        int[] when = new int[1];
        int[] defined = new int[1];
        H5.H5Pget_fill_time(storage, when);
        H5.H5Pfill_value_defined(storage, defined);
        return when[0] != HDF5Constants.H5D_FILL_TIME_NEVER && defined[0] == HDF5Constants.H5D_FILL_VALUE_USER_DEFINED;
    }

    /** The C library makes a buffer of a whole chunk to fill it or to compress it, and writes all of it each time. */
    private void mustFitMemory(long[] chunk, long elementBytes) {
        double bytes = elementBytes;
        for (long length : chunk) {
            bytes *= length;
        }
        if (bytes > LARGEST_CHUNK) {
            throw StoreException.schema(
                    path,
                    "chunks of at most " + LARGEST_CHUNK + " bytes, which HDF5 writes as a whole",
                    "chunks of " + Arrays.toString(chunk) + " elements of " + elementBytes + " bytes");
        }
    }

    private boolean sameShape(long[] extent) {
        return extent.length > 0 && Arrays.equals(extent, extent(extent[0]));
    }

    /** The dataset that this one would be, if it were made now and then had the given length. */
    String planned(long length) throws HDF5Exception {
        try (Handle element = Types.of(type);
                Handle space = space(length)) {
            return ObjectText.dataset(element.id, space.id);
        }
    }

    private String plannedStorage(long[] chunk) throws HDF5Exception {
        try (Handle creation = Handle.properties(HDF5Constants.H5P_DATASET_CREATE)) {
            configure(creation, chunk);
            return ' ' + ObjectText.storage(creation.id);
        }
    }

    private void create(long[] chunk) throws HDF5Exception {
        coder = plannedCoder(chunk);
        filtered = coder != null;
        try (Handle space = space(rows);
                Handle element = Types.of(type);
                Handle links = Handle.properties(HDF5Constants.H5P_LINK_CREATE);
                Handle creation = Handle.properties(HDF5Constants.H5P_DATASET_CREATE)) {
            configure(creation, chunk);
            H5.H5Pset_create_intermediate_group(links.id, true);
            H5.H5Pset_char_encoding(links.id, HDF5Constants.H5T_CSET_UTF8);
            setFill(creation.id, element.id);
            try (Handle dataset = Handle.object(H5.H5Dcreate(
                    file.id(), path, element.id, space.id, links.id, creation.id, HDF5Constants.H5P_DEFAULT))) {
                String units = type.kind().units();
                if (units != null) {
                    writeAttribute(dataset.id, "units", units);
                }
                if (backfilled) {
                    Backfill.write(dataset.id, type, element.id, Objects.requireNonNull(type.fill()), rows);
                }
                if (type.fill() != null && isNumber()) {
                    writeFillAttribute(dataset.id, element, type.fill());
                }
                if (lines != null) {
                    locate(dataset.id, ".");
                }
            }
            fresh = true;
            file.made(path);
        }
    }

    private @Nullable ChunkCoder plannedCoder(long[] chunk) {
        if (!coding.codes()) {
            return null;
        }
        mustFitMemory(chunk, type.elementBytes());
        return coding.make(type.elementBytes(), chunkBytes(chunk));
    }

    /** Where the library compresses, it would store chunks as they are, and say nothing, if it lacked the filter. */
    private void mustBeOfTheLibrarys(@Nullable ChunkCoder planned) {
        if (planned == null) {
            return;
        }
        for (ChunkFilter filter : planned.filters()) {
            if (!Filters.packs(filter.id())) {
                throw StoreException.schema(
                        path,
                        "a filter that " + Library.describe() + " has",
                        "filter " + filter.id() + Filters.name(filter.id()),
                        "this file is written by HDF5 itself: with Sharing.SWMR, beside last values, with other drivers than sec2"
                                + " and stdio, and in files older than HDF5 1.10; there, gzip, shuffle and Fletcher-32 can be had");
            }
        }
    }

    private int chunkBytes(long[] chunk) {
        long bytes = type.elementBytes();
        for (long length : chunk) {
            bytes *= length;
        }
        return Math.toIntExact(bytes);
    }

    private Handle space(long length) throws HDF5Exception {
        long[] extent = extent(length);
        long[] maximum = extent.clone();
        maximum[0] = HDF5Constants.H5S_UNLIMITED;
        return Handle.space(H5.H5Screate_simple(extent.length, extent, maximum));
    }

    private void configure(Handle creation, long[] chunk) throws HDF5Exception {
        H5.H5Pset_chunk(creation.id, chunk.length, chunk);
        ChunkCoder planned = plannedCoder(chunk);
        if (planned != null) {
            Filters.set(creation.id, planned.filters());
        }
        if (!type.variable() && !backfilled) { // HDF5 wants variable-length data filled
            H5.H5Pset_fill_time(creation.id, HDF5Constants.H5D_FILL_TIME_NEVER);
        }
        H5.H5Pset_obj_track_times(creation.id, false);
    }

    private void setFill(long creation, long elementType) throws HDF5Exception {
        ByteBuffer fill = type.fill();
        if (fill == null) {
            return;
        }
        ByteBuffer value = fill.duplicate().clear();
        ByteBuffer text = ByteBuffer.allocateDirect(value.capacity()).put(value).flip();
        if (type.variable()) { // the library copies the string that the value points to
            value = References.strings(Library.calls().address(text), 1, text);
        }
        byte[] bytes = new byte[value.capacity()];
        value.get(0, bytes);
        try {
            H5.H5Pset_fill_value(creation, elementType, bytes);
        } finally {
            java.lang.ref.Reference.reachabilityFence(text);
        }
    }

    /** Whether xarray and netCDF can mask a value; to them what is not a number is never missing. */
    private boolean isNumber() {
        return switch (type.kind()) {
            case BOOL, ENUM, CHAR, STRING, FIXED_STRING, UUID, COMPOUND -> false;
            default -> true;
        };
    }

    private static void writeFillAttribute(long object, Handle element, ByteBuffer fill) throws HDF5Exception {
        try (Handle space = Handle.space(H5.H5Screate(HDF5Constants.H5S_SCALAR));
                Handle attribute = Handle.attribute(H5.H5Acreate(
                        object,
                        "_FillValue",
                        element.id,
                        space.id,
                        HDF5Constants.H5P_DEFAULT,
                        HDF5Constants.H5P_DEFAULT))) {
            ByteBuffer value = fill.duplicate().clear();
            Library.calls().writeAttribute(attribute.id, element.id, Texts.direct(value));
        }
    }

    private static void writeAttribute(long object, String name, String value) throws HDF5Exception {
        NativeCalls calls = Library.calls();
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        ByteBuffer text = ByteBuffer.allocateDirect(utf8.length + 1).put(0, utf8);
        ByteBuffer pointer = ByteBuffer.allocateDirect(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(0, calls.address(text));
        try (Handle type = Types.text();
                Handle space = Handle.space(H5.H5Screate(HDF5Constants.H5S_SCALAR));
                Handle attribute = Handle.attribute(H5.H5Acreate(
                        object, name, type.id, space.id, HDF5Constants.H5P_DEFAULT, HDF5Constants.H5P_DEFAULT))) {
            calls.writeAttribute(attribute.id, type.id, pointer);
        } finally {
            java.lang.ref.Reference.reachabilityFence(text);
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
        write(firstRow, count, data, 0, "rows");
    }

    @Override
    public boolean isMade() {
        return chunkToMake == null;
    }

    @Override
    public boolean isCoded() {
        return isMade() ? coder != null : coding.codes();
    }

    @Override
    public void withdraw() {
        file.withdraw(this);
    }

    @Override
    public DirectDataset direct() {
        return Objects.requireNonNull(direct);
    }

    @Override
    public void announce(long firstRow, ByteBuffer data) {
        try {
            if (file.direct() != null && direct != null) {
                direct.announce(firstRow, rows, data);
            }
        } catch (HDF5Exception e) {
            throw StoreException.write(path, "HDF5 refused the dataset: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public void locate() throws HDF5Exception {
        make();
        if (direct == null) {
            locate(file.id(), path);
        }
    }

    private void locate(long from, String name) throws HDF5Exception {
        direct = new DirectDataset(Links.header(from, name), Objects.requireNonNull(lines), coder);
    }

    @Override
    public boolean fits(DirectFile to) throws IOException {
        return Objects.requireNonNull(direct).fits(to, rows);
    }

    private boolean appendedDirectly(long firstRow, int count, ByteBuffer data, IntBuffer starts) {
        try {
            DirectFile without = file.direct();
            if (without == null || direct == null) {
                return false;
            }
            ByteBuffer references = type.ragged()
                    ? DirectValues.sequences(file.heap(without), count, data, starts, type.elementBytes())
                    : DirectValues.strings(file.heap(without), count * (int) type.elements(), data);
            append(without, direct, firstRow, count, references);
            return true;
        } catch (HDF5Exception e) {
            throw StoreException.write(path, "HDF5 refused the file: " + ErrorStack.reason(e), e);
        } catch (IOException e) {
            throw StoreException.write(
                    path,
                    count + " rows of varying size at row " + firstRow + " cannot be written: " + e.getMessage(),
                    e);
        }
    }

    private void append(DirectFile to, DirectDataset growing, long firstRow, int count, ByteBuffer data) {
        try {
            fresh = false;
            growing.write(to, rows, firstRow, count, data);
            rows = firstRow + count;
        } catch (IOException e) {
            throw StoreException.write(
                    path, count + " rows at row " + firstRow + " cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void writeVariable(long firstRow, int count, ByteBuffer data, IntBuffer starts) {
        if (appendedDirectly(firstRow, count, data, starts)) {
            return;
        }
        long address = Library.calls().address(data);
        ByteBuffer references = type.ragged()
                ? References.sequences(address, count, starts, type.elementBytes())
                : References.strings(address, count * (int) type.elements(), data);
        try {
            write(firstRow, count, references, data.remaining(), "rows of varying size");
        } finally {
            java.lang.ref.Reference.reachabilityFence(data);
        }
    }

    @Override
    public void truncate(long length) {
        if (id != CLOSED) {
            try {
                H5.H5Dset_extent(id, extent(length));
                rows = length;
            } catch (HDF5Exception e) {
                throw StoreException.write(path, "rows cannot be taken away: " + ErrorStack.reason(e), e);
            }
        }
    }

    private void write(long firstRow, int count, ByteBuffer data, long heapBytes, String what) {
        try {
            DirectFile without = file.direct();
            if (without != null && direct != null) {
                append(without, direct, firstRow, count, data);
                return;
            }
            reopen();
            if (count == 0) {
                return; // it is made, which is all
            }
            room(count, data.remaining(), heapBytes);
            rows = Math.max(rows, append(firstRow, count, data));
        } catch (HDF5Exception e) {
            throw StoreException.write(
                    path,
                    count + " " + what + " at row " + firstRow + " cannot be written: " + ErrorStack.reason(e),
                    e);
        }
    }

    /** What goes to the heap, the chunk cache or where the log does not tell the library writes later; so the room must be kept. */
    private void room(int count, long bytes, long heapBytes) throws HDF5Exception {
        boolean later = filtered || heapBytes > FEW_BYTES || (type.variable() && count > FEW);
        long heap = type.variable() ? 2 * (heapBytes + bytes) : 0; // collections are not always full
        long chunks = (count / chunkRows + 1L) * chunkRows * (bytes / count);
        file.room(bytes + heap + (filtered ? chunks : 0), filtered ? 0 : chunks, later);
    }

    /** Extends the dataset and writes rows; the length that it then has at least. */
    private long append(long firstRow, int count, ByteBuffer data) throws HDF5Exception {
        long end = firstRow + count;
        if (end > rows) {
            clearLeftovers();
            H5.H5Dset_extent(id, extent(end));
        }
        if (type.variable() && count > FEW) {
            makeChunks(firstRow, end);
            file.fillHeap(() -> write(firstRow, count, 1, 1, data));
        } else {
            write(firstRow, count, 1, 1, data);
        }
        return end;
    }

    /**
     * Has the library fill what is behind the last row. It would take a reference there for that of an element to be replaced, and
     * free what it refers to, which is not there any more, or is another's by now.
     */
    private void clearLeftovers() throws HDF5Exception {
        if (leftovers) {
            H5.H5Dset_extent(id, extent((rows / chunkRows + 1) * chunkRows));
            H5.H5Dset_extent(id, extent(rows));
            leftovers = false;
        }
    }

    /** Writes nothing to a row of each chunk that begins with these rows, which the library has to make for that. */
    private void makeChunks(long firstRow, long end) throws HDF5Exception {
        long first = (firstRow + chunkRows - 1) / chunkRows * chunkRows;
        if (first < end) {
            int chunks = (int) ((end - 1 - first) / chunkRows + 1);
            long references = type.ragged() ? chunks : chunks * type.elements();
            ByteBuffer nothing = ByteBuffer.allocateDirect(Math.toIntExact(references * type.referenceBytes()));
            write(first, 1, chunkRows, chunks, nothing);
        }
    }

    /** Writes blocks of rows, each of which begins a stride after the one before. */
    private void write(long firstRow, int blockRows, long stride, int blocks, ByteBuffer data) throws HDF5Exception {
        long[] start = new long[type.shape().size() + 1];
        start[0] = firstRow;
        long[] strides = new long[start.length];
        Arrays.fill(strides, 1);
        long[] counts = strides.clone();
        long[] block = extent(blockRows);
        long[] memory = extent((long) blockRows * blocks);
        if (blocks > 1) {
            strides = block.clone();
            strides[0] = stride;
            counts[0] = blocks;
        }
        try (Handle inFile = Handle.space(H5.H5Dget_space(id));
                Handle inMemory = Handle.space(H5.H5Screate_simple(memory.length, memory, null))) {
            H5.H5Sselect_hyperslab(
                    inFile.id, HDF5Constants.H5S_SELECT_SET, start, blocks > 1 ? strides : null, counts, block);
            Library.calls().write(id, elementType, inMemory.id, inFile.id, data);
        }
    }

    private void make() throws HDF5Exception {
        if (chunkToMake != null) {
            file.room(0, 0, true); // the log may not tell what it consists of
            Preread.path(file, path);
            create(chunkToMake);
            chunkToMake = null;
        }
    }

    /** Opens the dataset in the file that is open, which must have left it as it was. */
    private void reopen() throws HDF5Exception {
        if (id != CLOSED) {
            return;
        }
        mustBeOfTheLibrarys(chunkToMake == null ? coder : plannedCoder(chunkToMake));
        make();
        id = file.reading(() -> {
            try (Handle access = Handle.properties(HDF5Constants.H5P_DATASET_ACCESS)) {
                if (!filtered) {
                    H5.H5Pset_chunk_cache(access.id, 1, 0, 1);
                }
                return H5.H5Dopen(file.id(), path, access.id);
            }
        });
        file.opened(this);
        elementType = Types.of(type).id;
        Preread.lastChunks(file, id); // each time, since HDF5 forgets what it has read when readers may follow
        keepLastChunks();
        fresh = false;
        try (Handle space = Handle.space(H5.H5Dget_space(id))) {
            long[] extent = new long[type.shape().size() + 1];
            H5.H5Sget_simple_extent_dims(space.id, extent, null);
            if (extent[0] != rows) {
                throw StoreException.schema(
                        path, rows + " rows, as this sink left it", extent[0] + " rows; another program changed it");
            }
        }
    }

    /** Chunks that are partly full and filtered are written anew, in place if they fit there. */
    private void keepLastChunks() throws HDF5Exception {
        if (filtered && !fresh && rows % chunkRows != 0) {
            SourceChunks.Grid grid =
                    new SourceChunks.Grid(extent(rows), extent(HDF5Constants.H5S_UNLIMITED), chunkShape);
            file.overwritesChunks(path, id, grid, rows - 1);
        }
    }

    @Override
    public boolean stays() {
        return !filtered; // and bypasses the chunk cache
    }

    @Override
    public void close() throws HDF5Exception {
        if (id != CLOSED) {
            H5.H5Tclose(elementType);
            H5.H5Dclose(id);
            id = CLOSED;
            elementType = CLOSED;
        }
    }

    private long[] extent(long firstAxis) {
        long[] extent = new long[type.shape().size() + 1];
        extent[0] = firstAxis;
        for (int axis = 1; axis < extent.length; axis++) {
            extent[axis] = type.shape().get(axis - 1);
        }
        return extent;
    }
}
