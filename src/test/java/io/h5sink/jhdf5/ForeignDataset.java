package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a dataset as other programs do, by the C library, with whatever that can have, and attributes beside it. */
public final class ForeignDataset {

    /** A property of the dataset that is to be. */
    public interface Property {
        /**
         * Sets it.
         *
         * @param creation the list of properties
         */
        void set(long creation) throws HDF5Exception;
    }

    /** As a part of a maximum shape. */
    public static final long UNLIMITED = -1;

    private final long file;
    private final String path;
    private final Foreign.Type type;
    private final List<Property> properties = new ArrayList<>();
    private long @Nullable [] shape = {};
    private long @Nullable [] maximum;

    public ForeignDataset(long file, String path, Foreign.Type type) {
        this.file = file;
        this.path = path;
        this.type = type;
    }

    /** A dataset of one axis with these elements. */
    public static void of(long file, String path, Foreign.Type type, Object elements) throws HDF5Exception {
        new ForeignDataset(file, path, type)
                .shape(NativeValues.list(elements).size())
                .with(elements);
    }

    /** A scalar. */
    public static void scalar(long file, String path, Foreign.Type type, Object value) throws HDF5Exception {
        new ForeignDataset(file, path, type).with(List.of(value));
    }

    /** Its shape; that of a scalar if this is not called. */
    public ForeignDataset shape(long... shape) {
        this.shape = shape;
        return this;
    }

    /** The dataset will have no elements, and no shape. */
    public ForeignDataset empty() {
        this.shape = null;
        return this;
    }

    public ForeignDataset maximum(long... maximum) {
        this.maximum = maximum;
        return this;
    }

    public ForeignDataset chunk(long... chunk) {
        return property(creation -> H5.H5Pset_chunk(creation, chunk.length, chunk));
    }

    public ForeignDataset gzip(int level) {
        return property(creation -> H5.H5Pset_deflate(creation, level));
    }

    public ForeignDataset fill(Object value) {
        return property(creation -> {
            long made = type.make();
            long nativeType = nativeType(made);
            NativeValues values = new NativeValues();
            ByteBuffer bytes = values.of(nativeType, List.of(value));
            byte[] array = new byte[bytes.capacity()];
            bytes.get(array);
            H5.H5Pset_fill_value(creation, nativeType, array);
            Reference.reachabilityFence(values);
        });
    }

    public ForeignDataset property(Property property) {
        properties.add(property);
        return this;
    }

    /** Makes it, with all of its elements in row-major order. */
    public void with(Object elements) throws HDF5Exception {
        long dataset = create();
        write(dataset, type, HDF5Constants.H5S_ALL, HDF5Constants.H5S_ALL, elements);
        H5.H5Dclose(dataset);
    }

    /** Makes it, and writes nothing to it. */
    public void unwritten() throws HDF5Exception {
        H5.H5Dclose(create());
    }

    private long create() throws HDF5Exception {
        long creation = H5.H5Pcreate(HDF5Constants.H5P_DATASET_CREATE);
        for (Property property : properties) {
            property.set(creation);
        }
        long made = type.make();
        long space = space(shape, maximum);
        long links = links(path);
        try {
            return Named.dataset(file, path, made, space, links, creation);
        } finally {
            H5.H5Pclose(links);
            H5.H5Sclose(space);
            H5.H5Tclose(made);
            H5.H5Pclose(creation);
        }
    }

    private static long space(long @Nullable [] shape, long @Nullable [] maximum) throws HDF5Exception {
        return shape == null
                ? H5.H5Screate(HDF5Constants.H5S_NULL)
                : shape.length == 0
                        ? H5.H5Screate(HDF5Constants.H5S_SCALAR)
                        : H5.H5Screate_simple(shape.length, shape, maximum);
    }

    /** What Java's values are turned into before HDF5 turns them into what is stored. */
    private static long nativeType(long type) throws HDF5Exception {
        long made = H5.H5Tget_native_type(type);
        if (H5.H5Tget_class(made) != HDF5Constants.H5T_FLOAT || H5.H5Tget_size(made) <= Double.BYTES) {
            return made;
        }
        H5.H5Tclose(made);
        return H5.H5Tcopy(HDF5Constants.H5T_NATIVE_DOUBLE);
    }

    private static void write(long dataset, Foreign.Type type, long memorySpace, long fileSpace, Object elements)
            throws HDF5Exception {
        long made = type.make();
        long nativeType = nativeType(made);
        NativeValues values = new NativeValues();
        Library.calls().write(dataset, nativeType, memorySpace, fileSpace, values.of(nativeType, elements));
        Reference.reachabilityFence(values);
        H5.H5Tclose(nativeType);
        H5.H5Tclose(made);
    }

    /** Replaces elements of a dataset that begin at one of them. */
    public static void write(long file, String path, long[] from, long[] count, Object elements) throws HDF5Exception {
        long dataset = H5.H5Dopen(file, path, HDF5Constants.H5P_DEFAULT);
        long space = H5.H5Dget_space(dataset);
        H5.H5Sselect_hyperslab(space, HDF5Constants.H5S_SELECT_SET, from, null, count, null);
        long memory = H5.H5Screate_simple(count.length, count, null);
        write(dataset, () -> H5.H5Dget_type(dataset), memory, space, elements);
        H5.H5Sclose(memory);
        H5.H5Sclose(space);
        H5.H5Dclose(dataset);
    }

    /** Replaces elements of a dataset of one axis. */
    public static void write(long file, String path, long from, Object elements) throws HDF5Exception {
        long count = NativeValues.list(elements).size();
        write(file, path, new long[] {from}, new long[] {count}, elements);
    }

    /** An attribute that is a scalar; one that has the name is replaced. */
    public static void attribute(long file, String object, String name, Foreign.Type type, Object value)
            throws HDF5Exception {
        attribute(file, object, name, type, new long[0], List.of(value));
    }

    /** An attribute of any shape, with its elements in row-major order; null for one that has neither. */
    public static void attribute(
            long file, String object, String name, Foreign.Type type, long @Nullable [] shape, Object elements)
            throws HDF5Exception {
        long owner = Named.open(file, object);
        if (Named.hasAttribute(owner, name)) {
            Named.deleteAttribute(owner, name);
        }
        long made = type.make();
        long space = space(shape, null);
        long attribute = Named.attribute(owner, name, made, space, HDF5Constants.H5P_DEFAULT);
        if (shape != null && !NativeValues.list(elements).isEmpty()) {
            long nativeType = nativeType(made);
            NativeValues values = new NativeValues();
            Library.calls().writeAttribute(attribute, nativeType, values.of(nativeType, elements));
            Reference.reachabilityFence(values);
            H5.H5Tclose(nativeType);
        }
        H5.H5Aclose(attribute);
        H5.H5Oclose(owner);
        H5.H5Sclose(space);
        H5.H5Tclose(made);
    }

    /** The bytes of a reference to an object. */
    public static byte[] reference(long file, String path) throws HDF5Exception {
        return Named.reference(file, path);
    }

    /** The bytes of a reference to rows of a dataset of one axis. */
    public static byte[] region(long file, String path, long from, long count) throws HDF5Exception {
        long dataset = H5.H5Dopen(file, path, HDF5Constants.H5P_DEFAULT);
        long space = H5.H5Dget_space(dataset);
        H5.H5Sselect_hyperslab(space, HDF5Constants.H5S_SELECT_SET, new long[] {from}, null, new long[] {count}, null);
        byte[] reference = H5.H5Rcreate(file, path, HDF5Constants.H5R_DATASET_REGION, space);
        H5.H5Sclose(space);
        H5.H5Dclose(dataset);
        return reference;
    }

    /** Names what is there once more. */
    public static void link(long file, String existing, String name) throws HDF5Exception {
        long links = links(name);
        H5.H5Lcreate_hard(file, existing, file, name, links, HDF5Constants.H5P_DEFAULT);
        H5.H5Pclose(links);
    }

    /** As h5py has it: groups above are made, and groups stay old ones while names are of ASCII. */
    private static long links(String path) throws HDF5Exception {
        long links = H5.H5Pcreate(HDF5Constants.H5P_LINK_CREATE);
        H5.H5Pset_create_intermediate_group(links, true);
        if (path.chars().anyMatch(c -> c >= 0x80)) {
            H5.H5Pset_char_encoding(links, HDF5Constants.H5T_CSET_UTF8);
        }
        return links;
    }
}
