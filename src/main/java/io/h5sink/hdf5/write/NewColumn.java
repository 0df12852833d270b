package io.h5sink.hdf5.write;

import io.h5sink.filter.ChunkCoder;
import io.h5sink.filter.Filter;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import io.h5sink.format.heap.GlobalHeapWriter;
import io.h5sink.format.index.ExtensibleArrayShape;
import io.h5sink.format.message.AttributeMessage;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.DatasetMessages;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.FillValue;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.format.message.HeaderEditor.NewMessage;
import io.h5sink.hdf5.ChunkedDatasetWriter;
import io.h5sink.hdf5.ObjectAttributes;
import io.h5sink.hdf5.type.ColumnDatatypes;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes the object headers of columns' datasets, with the messages that the C library gives them for HDF5 1.10. */
final class NewColumn {

    /** The free bytes of a header, for the first attributes; without them, not even a continuation message may have a place. */
    static final int SPARE = 128;

    /** About the bytes of rows with the fill value that are written at once. */
    private static final int BACKFILL_BYTES = 1 << 20;

    private NewColumn() {}

    /**
     * Makes a dataset without rows; returns the address of its header.
     *
     * @param coder the filters; null for none
     * @param backfilled whether the dataset gets initial rows with the fill value, which every reader is to see
     */
    static long make(
            SpaceAllocator file,
            GlobalHeapWriter heap,
            ColumnPlan plan,
            long[] chunk,
            @Nullable ChunkCoder coder,
            boolean backfilled)
            throws IOException {
        ColumnType type = plan.type();
        Datatype element = ColumnDatatypes.of(type);
        ByteBuffer fill = fill(heap, type);
        if (fill != null && fill.remaining() > FillValue.MOST_BYTES) {
            throw StorageException.schema(
                    plan.path(),
                    "a fill value of at most " + FillValue.MOST_BYTES + " bytes, for which HDF5 has a place",
                    "one of " + fill.remaining());
        }
        List<AttributeMessage> attributes = new ArrayList<>();
        String units = type.kind().units();
        if (units != null) {
            attributes.add(text(heap, "units", units));
        }
        if (fill != null && isNumber(type)) {
            attributes.add(AttributeMessage.of(utf8("_FillValue"), encoded(element), Dataspace.scalar(), fill));
        }
        int time = type.variable() || backfilled ? FillValue.IF_SET : FillValue.NEVER;
        List<Filter> filters = coder == null ? List.of() : coder.filters();
        FillValue value = new FillValue(FillValue.INCREMENTAL, time, fill != null, fill);
        DataLayout layout = DataLayout.extensibleArray(
                chunk, element.size(), ExtensibleArrayShape.USUAL.parameters(), Superblock.UNDEFINED);
        return HeaderEditor.make(file, messages(element, plan.space(0), value, filters, layout, attributes), SPARE);
    }

    /** The messages of a dataset. */
    static List<NewMessage> messages(
            Datatype type,
            Dataspace space,
            FillValue fill,
            List<Filter> filters,
            DataLayout layout,
            List<AttributeMessage> attributes) {
        List<NewMessage> messages = DatasetMessages.of(type, space, fill, filters, layout);
        if (!attributes.isEmpty()) {
            messages.add(ObjectAttributes.info());
        }
        for (AttributeMessage attribute : attributes) {
            messages.add(ObjectAttributes.message(attribute));
        }
        return messages;
    }

    /** The encoded type. */
    static ByteBuffer encoded(Datatype type) {
        FormatOutput out = new FormatOutput();
        type.encode(out);
        return out.toBuffer();
    }

    /** The fill value as elements are stored; null if none was declared. */
    static @Nullable ByteBuffer fill(GlobalHeapWriter heap, ColumnType type) throws IOException {
        ByteBuffer fill = type.fill();
        if (fill == null) {
            return null;
        }
        ByteBuffer value = fill.duplicate().clear();
        return type.variable() ? VariableLengthValues.add(heap, VariableLengthValues.ofStrings(value)) : copy(value);
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    /** Whether xarray and netCDF can mask a value of this type; both treat only numbers as missing. */
    private static boolean isNumber(ColumnType type) {
        return switch (type.kind()) {
            case BOOL, ENUM, CHAR, STRING, FIXED_STRING, OPAQUE, UUID, COMPOUND -> false;
            default -> true;
        };
    }

    /** An attribute that is one UTF-8 string of variable length. */
    static AttributeMessage text(GlobalHeapWriter heap, String name, String value) throws IOException {
        ByteBuffer text = ByteBuffer.wrap(utf8(value + '\0'));
        ByteBuffer reference = VariableLengthValues.add(heap, VariableLengthValues.ofStrings(text));
        return AttributeMessage.of(
                utf8(name), encoded(ColumnDatatypes.text(Long.BYTES)), Dataspace.scalar(), reference);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Writes the fill value into the next of the first rows of a new dataset, because not all readers supply a fill value themselves.
     *
     * @param row the index of the next row
     * @param rows the number of rows from there on that get the value
     * @return the number of rows that were written
     */
    static int backfill(
            SpaceAllocator file,
            GlobalHeapWriter heap,
            ColumnPlan plan,
            ChunkedDatasetWriter dataset,
            long row,
            long rows)
            throws IOException {
        long rowBytes = Math.max(1, plan.type().referenceBytes());
        long elements = plan.type().elements();
        int count = (int) Math.max(1, Math.min(rows, BACKFILL_BYTES / rowBytes));
        ByteBuffer data = ByteBuffer.allocateDirect(Math.toIntExact(count * rowBytes));
        ByteBuffer one = null;
        for (long i = 0; i < count * elements; i++) {
            one = one == null || plan.type().variable() ? fill(heap, plan.type()) : one;
            data.put(Objects.requireNonNull(one).duplicate());
        }
        dataset.write(file, row, row, count, data.flip());
        return count;
    }
}
