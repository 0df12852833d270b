package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.VariableLengthReferences;
import io.h5sink.hdf5.write.ScaleMessages;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.Texts;
import io.h5sink.jhdf5.file.Links;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads and writes the attributes of the HDF5 Dimension Scale Specification, in the form of {@code H5DS}. */
final class ScaleAttributes {

    private static final String CLASS = "CLASS";
    private static final String NAME = "NAME";
    private static final String DIMENSION_LIST = "DIMENSION_LIST";
    private static final String REFERENCE_LIST = "REFERENCE_LIST";
    private static final String SCALE = "DIMENSION_SCALE";

    /** {@code hobj_ref_t}. */
    private static final int REFERENCE_BYTES = 8;

    /** {@code struct { hobj_ref_t dataset; int dimension; }}, with C's padding at the end. */
    private static final int USE_BYTES = 16;

    private ScaleAttributes() {}

    /** Whether any axis of a dataset has a scale. */
    static boolean isLabelled(long file, String dataset) throws HDF5Exception {
        try (Handle owner = Links.open(file, dataset)) {
            return H5.H5Aexists(owner.id, DIMENSION_LIST);
        }
    }

    /** Whether a dataset is a scale or may become one. */
    static boolean canBeScale(long file, String dataset) throws HDF5Exception {
        try (Handle owner = Links.open(file, dataset)) {
            return isScale(owner) || !(H5.H5Aexists(owner.id, CLASS) || H5.H5Aexists(owner.id, DIMENSION_LIST));
        }
    }

    private static boolean isScale(Handle owner) throws HDF5Exception {
        if (!H5.H5Aexists(owner.id, CLASS)) {
            return false;
        }
        try (Handle attribute = Handle.attribute(H5.H5Aopen(owner.id, CLASS, HDF5Constants.H5P_DEFAULT));
                Handle found = Handle.type(H5.H5Aget_type(attribute.id));
                Handle space = Handle.space(H5.H5Aget_space(attribute.id))) {
            if (H5.H5Tget_class(found.id) != HDF5Constants.H5T_STRING
                    || H5.H5Tis_variable_str(found.id)
                    || H5.H5Sget_simple_extent_npoints(space.id) != 1) {
                return false;
            }
            ByteBuffer text = ByteBuffer.allocateDirect(Math.toIntExact(H5.H5Tget_size(found.id)));
            Library.calls().readAttribute(attribute.id, found.id, text);
            return StandardCharsets.US_ASCII
                    .decode(text)
                    .toString()
                    .replaceAll("\0.*", "")
                    .equals(SCALE);
        }
    }

    /** Makes a dataset a scale, unless the dataset is one. */
    static void makeScale(long file, String dataset, String name) throws HDF5Exception {
        try (Handle owner = Links.open(file, dataset)) {
            if (!isScale(owner)) {
                write(owner, CLASS, SCALE);
                write(owner, NAME, name);
            }
        }
    }

    private static void write(Handle owner, String name, String value) throws HDF5Exception {
        if (H5.H5Aexists(owner.id, name)) {
            return;
        }
        byte[] utf8 = (value + "\0").getBytes(StandardCharsets.UTF_8);
        try (Handle type = Handle.type(H5.H5Tcopy(HDF5Constants.H5T_C_S1));
                Handle space = Handle.space(H5.H5Screate(HDF5Constants.H5S_SCALAR))) {
            H5.H5Tset_size(type.id, utf8.length);
            if (utf8.length > value.length() + 1) {
                H5.H5Tset_cset(type.id, HDF5Constants.H5T_CSET_UTF8);
            }
            write(owner, name, type, space, Texts.direct(ByteBuffer.wrap(utf8)));
        }
    }

    /** Writes {@code DIMENSION_LIST}: the scale of each axis of a dataset. */
    static void writeList(long file, String dataset, List<String> scales) throws HDF5Exception {
        ByteBuffer references = direct(scales.size() * REFERENCE_BYTES);
        IntBuffer starts = IntBuffer.allocate(scales.size() + 1);
        for (String scale : scales) {
            references.put(reference(file, scale));
            starts.put(starts.position() + 1, references.position()).position(starts.position() + 1);
        }
        ByteBuffer sequences = VariableLengthReferences.sequences(
                Library.calls().address(references), scales.size(), starts.rewind(), REFERENCE_BYTES);
        try (Handle owner = Links.open(file, dataset);
                Handle element = Handle.type(H5.H5Tcopy(HDF5Constants.H5T_STD_REF_OBJ));
                Handle type = Handle.type(H5.H5Tvlen_create(element.id));
                Handle space = Handle.space(H5.H5Screate_simple(1, new long[] {scales.size()}, null))) {
            write(owner, DIMENSION_LIST, type, space, sequences);
        } finally {
            Reference.reachabilityFence(references);
        }
    }

    /**
     * Adds axes to a scale's {@code REFERENCE_LIST}, if the scale has one. A scale without the list, as this library makes them, stays
     * without, although the specification requires the list: no program needs the list to find a scale, and PyTables cannot open a dataset
     * that has one.
     */
    static void addUses(long file, String scale, List<ScaleMessages.LabelledAxis> uses) throws HDF5Exception {
        try (Handle owner = Links.open(file, scale);
                Handle type = useType()) {
            if (!H5.H5Aexists(owner.id, REFERENCE_LIST)) {
                return;
            }
            Set<ByteBuffer> all = new LinkedHashSet<>(read(owner, type));
            for (ScaleMessages.LabelledAxis use : uses) {
                ByteBuffer element = ByteBuffer.allocate(USE_BYTES).order(ByteOrder.nativeOrder());
                element.put(reference(file, use.dataset())).putInt(use.axis());
                all.add(element.clear());
            }
            ByteBuffer list = direct(all.size() * USE_BYTES);
            all.forEach(element -> list.put(element.duplicate()));
            H5.H5Adelete(owner.id, REFERENCE_LIST); // an attribute's shape cannot change
            try (Handle space = Handle.space(H5.H5Screate_simple(1, new long[] {all.size()}, null))) {
                write(owner, REFERENCE_LIST, type, space, list.flip());
            }
        }
    }

    private static Set<ByteBuffer> read(Handle owner, Handle type) throws HDF5Exception {
        Set<ByteBuffer> uses = new LinkedHashSet<>();
        if (!H5.H5Aexists(owner.id, REFERENCE_LIST)) {
            return uses;
        }
        try (Handle attribute = Handle.attribute(H5.H5Aopen(owner.id, REFERENCE_LIST, HDF5Constants.H5P_DEFAULT));
                Handle found = Handle.type(H5.H5Aget_type(attribute.id));
                Handle space = Handle.space(H5.H5Aget_space(attribute.id))) {
            if (!isUse(found)) {
                return uses; // the attribute has the name only, and another type
            }
            ByteBuffer list = direct(Math.toIntExact(H5.H5Sget_simple_extent_npoints(space.id) * USE_BYTES));
            Library.calls().readAttribute(attribute.id, type.id, list);
            while (list.hasRemaining()) {
                byte[] use = new byte[USE_BYTES];
                list.get(use, 0, REFERENCE_BYTES + Integer.BYTES)
                        .position(list.position() + USE_BYTES - REFERENCE_BYTES - Integer.BYTES);
                uses.add(ByteBuffer.wrap(use)); // without the padding
            }
        }
        return uses;
    }

    private static boolean isUse(Handle type) throws HDF5Exception {
        return H5.H5Tget_class(type.id) == HDF5Constants.H5T_COMPOUND
                && H5.H5Tget_nmembers(type.id) == 2
                && H5.H5Tget_member_name(type.id, 0).equals("dataset")
                && H5.H5Tget_member_class(type.id, 0) == HDF5Constants.H5T_REFERENCE
                && H5.H5Tget_member_name(type.id, 1).equals("dimension")
                && H5.H5Tget_member_class(type.id, 1) == HDF5Constants.H5T_INTEGER;
    }

    private static Handle useType() throws HDF5Exception {
        Handle type = Handle.type(H5.H5Tcreate(HDF5Constants.H5T_COMPOUND, USE_BYTES));
        H5.H5Tinsert(type.id, "dataset", 0, HDF5Constants.H5T_STD_REF_OBJ);
        H5.H5Tinsert(type.id, "dimension", REFERENCE_BYTES, HDF5Constants.H5T_NATIVE_INT);
        return type;
    }

    private static byte[] reference(long file, String path) throws HDF5Exception {
        byte[] reference = Named.reference(file, path);
        return Arrays.copyOf(reference, REFERENCE_BYTES);
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static void write(Handle owner, String name, Handle type, Handle space, ByteBuffer data)
            throws HDF5Exception {
        try (Handle attribute = Handle.attribute(H5.H5Acreate(
                owner.id, name, type.id, space.id, HDF5Constants.H5P_DEFAULT, HDF5Constants.H5P_DEFAULT))) {
            Library.calls().writeAttribute(attribute.id, type.id, data);
        } catch (HDF5Exception e) {
            throw ErrorStack.kept(e);
        }
    }
}
