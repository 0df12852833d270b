package io.h5sink.hdf5.write;

import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.hdf5.LinkMessages;
import io.h5sink.hdf5.ObjectTree;
import io.h5sink.hdf5.type.ColumnDatatypes;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.schema.Axes;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** A dimension scale: a dataset of one axis, of fixed length, that labels axes of other datasets. */
public final class ScaleValues {

    private ScaleValues() {}

    /** The {@code NAME} by which netCDF-4 marks a dimension without values (NetCDF User's Guide, File Structure and Performance). */
    public static String nameWithoutValues(Axes.Scale scale) {
        return String.format(Locale.ROOT, "This is a netCDF dimension but not a netCDF variable.%10d", length(scale));
    }

    private static long length(Axes.Scale scale) {
        return scale.type().shape().get(0);
    }

    /** Checks that the existing dataset is the one that {@link #make} would make. */
    static void check(OpenObjects file, Axes.Scale scale, ObjectTree.PathEnd end) throws IOException {
        String path = scale.path();
        Datatype type = ColumnDatatypes.of(scale.type());
        String expected = H5DumpText.dataset(path, H5DumpText.dataset(type, space(scale)));
        if (!end.isObject() || file.tree().kind(end.header()) != LinkMessages.Target.DATASET) {
            throw StorageException.schema(path, expected, file.words(path, end));
        }
        StoredValues stored = StoredValues.of(file, path, end.header());
        Dataspace extent = stored.dataset().space();
        // A scale without values may have any type: netCDF's own are big-endian.
        if (extent.kind() != Dataspace.Kind.SIMPLE
                || !extent.dimensions().equals(List.of(length(scale)))
                || (scale.values() != null && !stored.dataset().type().equals(type))) {
            throw StorageException.schema(path, expected, file.words(path, end));
        }
        ByteBuffer values = scale.values();
        if (values != null) {
            compare(scale, values, read(file, scale, stored));
        }
    }

    private static ByteBuffer read(OpenObjects file, Axes.Scale scale, StoredValues stored) throws IOException {
        ByteBuffer elements = stored.read();
        return scale.type().variable()
                ? VariableLengthValues.strings(file.space().input(), elements)
                : elements;
    }

    /** Throws if the values that were found are not the declared ones. */
    public static void compare(Axes.Scale scale, ByteBuffer values, ByteBuffer found) {
        for (int i = 0; i < length(scale); i++) {
            String wanted = element(scale.type(), values, i);
            String actual = element(scale.type(), found, i);
            if (!wanted.equals(actual)) {
                String at = " at index " + i + " of the axis";
                throw StorageException.schema(scale.path(), wanted + at, actual);
            }
        }
    }

    /** The text of an element, for messages. */
    private static String element(ColumnType type, ByteBuffer values, int index) {
        ByteBuffer data = values.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int at = data.position() + index * type.elementBytes();
        return switch (type.kind()) {
            case INT8 -> "" + data.get(at);
            case INT16 -> "" + data.getShort(at);
            case INT32 -> "" + data.getInt(at);
            case INT64 -> "" + data.getLong(at);
            case FLOAT32 -> "" + data.getFloat(at);
            case FLOAT64 -> "" + data.getDouble(at);
            default -> '"' + text(data, index) + '"';
        };
    }

    private static String text(ByteBuffer utf8, int index) {
        int start = utf8.position();
        for (int skipped = 0; skipped < index; start++) {
            skipped += utf8.get(start) == 0 ? 1 : 0;
        }
        int end = start;
        while (utf8.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - start];
        utf8.get(start, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    static void make(OpenObjects file, Axes.Scale scale) throws IOException {
        ByteBuffer values = scale.values();
        ByteBuffer elements = values == null || !scale.type().variable()
                ? values
                : VariableLengthValues.add(file.heap(), VariableLengthValues.ofStrings(values));
        NewValue.makeContiguous(file, scale.path(), ColumnDatatypes.of(scale.type()), space(scale), elements);
    }

    private static Dataspace space(Axes.Scale scale) {
        return Dataspace.fixed(List.of(length(scale)));
    }
}
