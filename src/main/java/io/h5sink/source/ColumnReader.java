package io.h5sink.source;

import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.jhdf5.read.DatasetReader;
import io.h5sink.jhdf5.read.ReadableFile;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ValueMismatch;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a column: of one dataset, or of the two datasets of values and offsets that hold ragged rows. Belongs to the HDF5 thread. */
final class ColumnReader implements AutoCloseable {

    private static final String VALUES = "/values";
    private static final String OFFSETS = "/offsets";
    private static final long MEAN_TEXT = 64;

    private final DatasetReader dataset;

    /** The start of each row in {@link #dataset}, and behind the last row its end; null if rows are not ragged. */
    private final @Nullable DatasetReader offsets;

    private ColumnReader(DatasetReader dataset, @Nullable DatasetReader offsets) {
        this.dataset = dataset;
        this.offsets = offsets;
    }

    static ColumnReader open(ReadableFile file, String path) {
        if (!isRagged(file, path)) {
            return new ColumnReader(file.dataset(path), null);
        }
        DatasetReader offsets = file.dataset(path + OFFSETS); // before the values: the dataset of values may be growing
        try {
            return new ColumnReader(file.dataset(path + VALUES), offsets);
        } catch (RuntimeException e) {
            offsets.close();
            throw e;
        }
    }

    /** True if a group has datasets of values and offsets of such types and shapes that they can be one column. */
    private static boolean isRagged(ReadableFile file, String path) {
        if (file.kind(path + VALUES) != ReadableFile.Kind.DATASET
                || file.kind(path + OFFSETS) != ReadableFile.Kind.DATASET) {
            return false;
        }
        try (DatasetReader offsets = file.dataset(path + OFFSETS);
                DatasetReader values = file.dataset(path + VALUES)) {
            ColumnType type = offsets.info().type();
            return type != null
                    && type.kind() == ColumnType.Kind.INT64
                    && !type.variable()
                    && type.shape().isEmpty()
                    && offsets.info().shape().length == 1
                    && values.info().shape().length == 1;
        }
    }

    /** True if a group is one column of ragged rows, and its offsets fit its values. */
    static boolean isColumn(ReadableFile file, String path) {
        if (!isRagged(file, path)) {
            return false;
        }
        try (ColumnReader column = open(file, path)) {
            return column.offsets != null && column.spans(column.offsets);
        }
    }

    private boolean spans(DatasetReader starts) {
        long count = starts.info().shape()[0];
        if (count == 0) {
            return true;
        }
        long first = starts.read(new long[1], ones(1), ones(1)).getLong(0);
        long last = starts.read(new long[] {count - 1}, ones(1), ones(1)).getLong(0);
        return first == 0 && last >= 0 && last <= info().shape()[0];
    }

    DatasetInfo info() {
        return dataset.info();
    }

    /** The type of a row's elements. */
    ColumnType type() {
        ColumnType type = info().type();
        if (type == null) {
            throw info().refused();
        }
        if (offsets != null && (type.variable() || !type.shape().isEmpty())) {
            throw new ValueMismatch("values of fixed size, for ragged rows", type.kindName());
        }
        return offsets == null ? type : type.anyNumber();
    }

    /** The extents of a row. */
    List<Integer> extents() {
        List<Integer> extents = new ArrayList<>();
        for (int axis = 1; axis < info().shape().length; axis++) {
            long extent = info().shape()[axis];
            if (extent > Integer.MAX_VALUE) {
                throw new ValueMismatch("rows of less than 2³¹ elements along each axis", "" + extent);
            }
            extents.add((int) extent);
        }
        return extents;
    }

    /** The number of rows. */
    long rows() {
        long[] shape = offsets == null ? info().shape() : offsets.info().shape();
        if (shape.length == 0) {
            throw new ValueMismatch("a dataset with rows", info().empty() ? "an empty one" : "a scalar");
        }
        return offsets == null ? shape[0] : Math.max(0, shape[0] - 1);
    }

    /** True if appending never moves committed rows: chunks without filters, elements without variable length. */
    boolean isStable() {
        if (offsets != null) {
            return info().filters().isEmpty() && offsets.info().filters().isEmpty();
        }
        return info().filters().isEmpty() && !varies();
    }

    /** True if rows differ in size, and a row's size is not known before the row is read. */
    boolean varies() {
        return offsets == null && hasVariable(type());
    }

    private static boolean hasVariable(ColumnType type) {
        return type.variable()
                || type.members().stream().anyMatch(member -> member.type().variable());
    }

    /** The number of rows, up to a count and from one, that together have no more than some bytes; the count if sizes are not stored. */
    int within(long row, int count, long bytes) {
        if (offsets == null || count < 2) {
            return count;
        }
        ByteBuffer bounds = offsets.read(new long[] {row}, ones(1), new long[] {count + 1L});
        long most = bytes / Math.max(1, type().one().elementBytes());
        int some = 1;
        while (some < count && bounds.getLong((some + 1) * Long.BYTES) - bounds.getLong(0) <= most) {
            some++;
        }
        return some;
    }

    /** The number of rows of a chunk; 0 if the dataset is not chunked. */
    long chunkRows() {
        long[] chunk = offsets == null ? info().chunk() : offsets.info().chunk();
        return chunk == null ? 0 : chunk[0];
    }

    /** The size of a row in memory, in bytes; an estimate for text. */
    long rowBytes() {
        ColumnType type = type();
        long element = hasVariable(type) ? MEAN_TEXT : Math.max(1, type.rowBytes());
        for (int extent : extents()) {
            element = Math.multiplyExact(element, Math.max(1, extent));
        }
        return element;
    }

    /** Reads the bytes of rows, one after the other; each ragged row begins with its length. */
    ByteBuffer read(long row, int count) {
        if (offsets != null) {
            return ragged(offsets, row, count);
        }
        long[] counts = info().shape().clone();
        counts[0] = count;
        long[] start = new long[counts.length];
        start[0] = row;
        return dataset.read(start, ones(counts.length), counts);
    }

    private ByteBuffer ragged(DatasetReader starts, long row, int count) {
        ByteBuffer bounds = starts.read(new long[] {row}, ones(1), new long[] {count + 1L});
        long first = bounds.getLong(0);
        long end = bounds.getLong(count * Long.BYTES);
        if (first < 0 || end < first || end > info().shape()[0]) {
            throw new ValueMismatch("offsets that do not fall, up to " + info().shape()[0], first + " to " + end);
        }
        ByteBuffer values = dataset.read(new long[] {first}, ones(1), new long[] {end - first});
        int elementBytes = type().one().elementBytes();
        ByteArrayOutputStream out = new ByteArrayOutputStream(values.remaining() + count * Integer.BYTES);
        long at = first;
        for (int i = 1; i <= count; i++) {
            long next = bounds.getLong(i * Long.BYTES);
            if (next < at || next > end) {
                throw new ValueMismatch("offsets that do not fall", at + " before " + next);
            }
            int length = Math.toIntExact(next - at);
            out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(length)
                    .array());
            byte[] elements = new byte[length * elementBytes];
            values.get(elements);
            out.writeBytes(elements);
            at = next;
        }
        return ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long[] ones(int rank) {
        long[] ones = new long[rank];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Override
    public void close() {
        try (dataset) {
            if (offsets != null) {
                offsets.close();
            }
        }
    }
}
