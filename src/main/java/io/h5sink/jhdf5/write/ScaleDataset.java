package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.NativeCalls;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.jhdf5.Texts;
import io.h5sink.jhdf5.commit.FileSession;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.type.Types;
import io.h5sink.schema.Axes;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;


/** A dimension scale: a dataset of one axis, of fixed length, that labels axes of other datasets. */
final class ScaleDataset {

    private ScaleDataset() {}

    /** The {@code NAME} by which netCDF-4 marks a dimension without values (NetCDF User's Guide, File Structure and Performance). */
    static String nameWithoutValues(Axes.Scale scale) {
        return String.format(Locale.ROOT, "This is a netCDF dimension but not a netCDF variable.%10d", length(scale));
    }

    private static long length(Axes.Scale scale) {
        return scale.type().shape().get(0);
    }

    /** Checks that the existing dataset is the one that {@link #make} would make. */
    static void check(FileSession file, Axes.Scale scale) throws HDF5Exception {
        try (Handle object = Links.open(file.id(), scale.path());
                Handle type = Types.of(scale.type());
                Handle space = space(scale)) {
            String expected = H5DumpText.dataset(scale.path(), ObjectText.dataset(type.id, space.id));
            if (H5.H5Iget_type(object.id) != HDF5Constants.H5I_DATASET || !fits(object, type, scale)) {
                throw StorageException.schema(scale.path(), expected, ObjectText.of(scale.path(), object.id));
            }
            ByteBuffer values = scale.values();
            if (values == null) {
                return;
            }
            file.checkChunks(scale.path(), object.id, 0, length(scale) - 1);
            ByteBuffer found = read(object, type, space, scale);
            for (int i = 0; i < length(scale); i++) {
                String wanted = element(scale.type(), values, i);
                String actual = element(scale.type(), found, i);
                if (!wanted.equals(actual)) {
                    String at = " at index " + i + " of the axis";
                    throw StorageException.schema(scale.path(), wanted + at, actual);
                }
            }
        }
    }

    private static boolean fits(Handle dataset, Handle type, Axes.Scale scale) throws HDF5Exception {
        try (Handle found = Handle.type(H5.H5Dget_type(dataset.id));
                Handle space = Handle.space(H5.H5Dget_space(dataset.id))) {
            long[] extent = {0};
            if (H5.H5Sget_simple_extent_ndims(space.id) != 1) {
                return false;
            }
            H5.H5Sget_simple_extent_dims(space.id, extent, null);
            // A scale without values may have any type: netCDF's own are big-endian.
            return extent[0] == length(scale) && (scale.values() == null || Types.same(found.id, type.id));
        }
    }

    private static ByteBuffer read(Handle dataset, Handle type, Handle space, Axes.Scale scale) throws HDF5Exception {
        NativeCalls calls = Library.calls();
        if (scale.type().variable()) {
            return Texts.read(type.id, space.id, pointers -> calls.read(dataset.id, type.id, pointers));
        }
        ByteBuffer values =
                ByteBuffer.allocateDirect(Math.toIntExact(scale.type().rowBytes()));
        calls.read(dataset.id, type.id, values);
        return values;
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

    static void make(long file, Axes.Scale scale) throws HDF5Exception {
        try (Handle links = Links.creation();
                Handle creation = Handle.properties(HDF5Constants.H5P_DATASET_CREATE);
                Handle type = Types.of(scale.type());
                Handle space = space(scale)) {
            H5.H5Pset_obj_track_times(creation.id, false);
            try (Handle dataset =
                    Handle.object(Named.dataset(file, scale.path(), type.id, space.id, links.id, creation.id))) {
                write(dataset, type, scale);
            } catch (HDF5Exception e) {
                throw ErrorStack.kept(e);
            }
        }
    }

    private static void write(Handle dataset, Handle type, Axes.Scale scale) throws HDF5Exception {
        ByteBuffer values = scale.values();
        if (values == null) {
            return;
        }
        NativeCalls calls = Library.calls();
        int all = HDF5Constants.H5S_ALL;
        if (scale.type().variable()) {
            Texts.write(values, pointers -> calls.write(dataset.id, type.id, all, all, pointers));
        } else {
            calls.write(dataset.id, type.id, all, all, Texts.direct(values));
        }
    }

    private static Handle space(Axes.Scale scale) throws HDF5Exception {
        return Handle.space(H5.H5Screate_simple(1, new long[] {length(scale)}, null));
    }
}
