package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.VariableLengthReferences;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.NativeCalls;
import io.h5sink.jhdf5.Texts;
import io.h5sink.jhdf5.commit.FileSession;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.type.Types;
import io.h5sink.schema.ColumnType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Makes datasets, by the C library. */
final class DatasetCreation {

    private DatasetCreation() {}

    /** A step on a dataset that was just made and is open. */
    interface Then {
        void with(long dataset) throws HDF5Exception;
    }

    /**
     * Makes a dataset.
     *
     * @param rows the initial number of rows, which get the fill value
     * @param then gets the identifier of the open dataset
     */
    static void make(FileSession file, DatasetPlan plan, long[] chunk, long rows, boolean backfilled, Then then)
            throws HDF5Exception {
        ColumnType type = plan.type;
        try (Handle space = plan.space(rows);
                Handle element = Types.of(type);
                Handle links = Links.creation();
                Handle creation = Handle.properties(HDF5Constants.H5P_DATASET_CREATE)) {
            plan.configure(creation, chunk, backfilled);
            setFill(type, creation.id, element.id);
            try (Handle dataset =
                    Handle.object(Named.dataset(file.id(), plan.path, element.id, space.id, links.id, creation.id))) {
                String units = type.kind().units();
                if (units != null) {
                    writeAttribute(dataset.id, "units", units);
                }
                if (backfilled) {
                    Backfill.write(dataset.id, type, element.id, Objects.requireNonNull(type.fill()), rows);
                }
                if (type.fill() != null && isNumber(type)) {
                    writeFillAttribute(dataset.id, element, type.fill());
                }
                then.with(dataset.id);
            }
        }
    }

    private static void setFill(ColumnType type, long creation, long elementType) throws HDF5Exception {
        ByteBuffer fill = type.fill();
        if (fill == null) {
            return;
        }
        ByteBuffer value = fill.duplicate().clear();
        ByteBuffer text = ByteBuffer.allocateDirect(value.capacity()).put(value).flip();
        if (type.variable()) { // HDF5 copies the string that the value points to
            value = VariableLengthReferences.strings(Library.calls().address(text), 1, text);
        }
        byte[] bytes = new byte[value.capacity()];
        value.get(0, bytes);
        try {
            H5.H5Pset_fill_value(creation, elementType, bytes);
        } finally {
            java.lang.ref.Reference.reachabilityFence(text);
        }
    }

    /** Whether xarray and netCDF can mask a value of this type; both treat only numbers as missing. */
    private static boolean isNumber(ColumnType type) {
        return switch (type.kind()) {
            case BOOL, ENUM, CHAR, STRING, FIXED_STRING, OPAQUE, UUID, COMPOUND -> false;
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
}
