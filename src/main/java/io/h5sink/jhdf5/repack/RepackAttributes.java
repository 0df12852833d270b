package io.h5sink.jhdf5.repack;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.jhdf5.Texts;
import io.h5sink.jhdf5.file.Links;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Copies the attributes and the comment of an object to the object in another file, and compares both. One thread at a time. */
final class RepackAttributes {

    private final long source;
    private final long target;
    private final RepackReferences references;
    private final Consumer<String> found;

    /**
     * Creates a copier from one file to another.
     *
     * @param found gets a line for each attribute that differs or is lost
     */
    RepackAttributes(long source, long target, RepackReferences references, Consumer<String> found) {
        this.source = source;
        this.target = target;
        this.references = references;
        this.found = found;
    }

    /** A step on an attribute. */
    private interface Each {
        void with(String name, Handle attribute) throws HDF5Exception;
    }

    private static void each(long object, Each each) throws HDF5Exception {
        boolean ordered = isOrdered(object);
        int index = ordered ? HDF5Constants.H5_INDEX_CRT_ORDER : HDF5Constants.H5_INDEX_NAME;
        int order = ordered
                ? HDF5Constants.H5_ITER_INC
                : HDF5Constants.H5_ITER_NATIVE; // native order: HDF5 does not sort for each call
        long count = H5.H5Oget_info(object).num_attrs;
        for (long i = 0; i < count; i++) {
            String name = Named.attribute(object, index, order, i);
            try (Handle attribute = Handle.attribute(Named.openAttribute(object, name))) {
                each.with(name, attribute);
            }
        }
    }

    private static boolean isOrdered(long object) throws HDF5Exception {
        int kind = H5.H5Iget_type(object);
        if (kind == HDF5Constants.H5I_DATATYPE) {
            return false; // not every provider has the property
        }
        long creation =
                kind == HDF5Constants.H5I_GROUP ? H5.H5Gget_create_plist(object) : H5.H5Dget_create_plist(object);
        try (Handle list = Handle.propertiesOf(creation)) {
            return (H5.H5Pget_attr_creation_order(list.id) & HDF5Constants.H5P_CRT_ORDER_TRACKED) != 0;
        }
    }

    /** Copies the attributes of an object that both files have. */
    void copy(String path, RepackTree tree) throws HDF5Exception {
        try (Handle from = Links.open(source, path);
                Handle to = Links.open(target, path)) {
            each(from.id, (name, attribute) -> copy(path, name, attribute, to, tree));
            comment(comment(from), to);
        }
    }

    private void copy(String path, String name, Handle attribute, Handle to, RepackTree tree) throws HDF5Exception {
        try (RepackedValue value = new RepackedValue(attribute);
                Handle creation = Handle.propertiesOf(H5.H5Aget_create_plist(attribute.id))) {
            if (value.type.has(RepackType.Kind.UNKNOWN)) {
                found.accept(path + "@" + name + ": " + ObjectText.type(value.fileType.id));
                return;
            }
            try (Handle space = RepackCreation.space(value.space.id)) {
                tree.withType(
                        value.fileType.id,
                        type -> Handle.attribute(Named.attribute(to.id, name, type, space.id, creation.id))
                                .close());
            }
            try (Handle made = Handle.attribute(Named.openAttribute(to.id, name))) {
                if (value.elements > 0) {
                    ByteBuffer mapped = Texts.direct(value.memory).order(ByteOrder.nativeOrder());
                    List<ByteBuffer> kept = references.map(value.type, mapped, value.elements, target);
                    try {
                        Library.calls().writeAttribute(made.id, value.fileType.id, mapped);
                    } finally {
                        Reference.reachabilityFence(kept);
                    }
                }
                if (references.lost()) {
                    found.accept(path + "@" + name + ": a reference that leads to nothing in the file");
                }
            }
        }
    }

    @SuppressWarnings("deprecation") // HDF5 has no other function for comments
    private static void comment(String comment, Handle object) throws HDF5Exception {
        if (!comment.isEmpty()) {
            H5.H5Oset_comment(object.id, comment);
        }
    }

    private static String comment(Handle object) throws HDF5Exception {
        return Objects.requireNonNullElse(H5.H5Oget_comment(object.id), "");
    }

    /** Compares the attributes of an object that both files have. */
    void compare(String path) throws HDF5Exception {
        try (Handle from = Links.open(source, path);
                Handle to = Links.open(target, path)) {
            each(from.id, (name, attribute) -> {
                if (!Named.hasAttribute(to.id, name)) {
                    found.accept(path + "@" + name + ": the attribute");
                    return;
                }
                try (Handle other = Handle.attribute(Named.openAttribute(to.id, name))) {
                    compare(path + "@" + name, attribute, other);
                }
            });
            if (!comment(from).equals(comment(to))) {
                found.accept(path + ": the comment");
            }
            if (H5.H5Oget_info(from.id).num_attrs < H5.H5Oget_info(to.id).num_attrs) {
                found.accept(path + ": attributes that the old file does not have");
            }
        }
    }

    private void compare(String what, Handle attribute, Handle other) throws HDF5Exception {
        try (RepackedValue one = new RepackedValue(attribute);
                RepackedValue two = new RepackedValue(other)) {
            if (!H5.H5Tequal(one.fileType.id, two.fileType.id)) {
                found.accept(
                        what + ": " + ObjectText.type(one.fileType.id) + ", now " + ObjectText.type(two.fileType.id));
            } else if (!H5.H5Sextent_equal(one.space.id, two.space.id)) {
                found.accept(what + ": " + ObjectText.space(one.space.id) + ", now " + ObjectText.space(two.space.id));
            } else if (!references.same(one.type, one.memory, two.memory, one.elements, target)) {
                found.accept(what + ": its value");
            }
        }
    }

    /** The value of an attribute. */
    private static final class RepackedValue implements AutoCloseable {

        final Handle fileType;
        final Handle space;
        final RepackType type;
        final int elements;
        final ByteBuffer memory;

        RepackedValue(Handle attribute) throws HDF5Exception {
            fileType = Handle.type(H5.H5Aget_type(attribute.id));
            space = Handle.space(H5.H5Aget_space(attribute.id));
            type = RepackType.of(fileType.id);
            boolean none = H5.H5Sget_simple_extent_type(space.id) == HDF5Constants.H5S_NULL
                    || type.has(RepackType.Kind.UNKNOWN);
            elements = none ? 0 : Math.toIntExact(H5.H5Sget_simple_extent_npoints(space.id));
            memory = ByteBuffer.allocateDirect(Math.multiplyExact(elements, type.size()))
                    .order(ByteOrder.nativeOrder());
            if (elements > 0) {
                Library.calls().readAttribute(attribute.id, fileType.id, memory);
            }
        }

        @Override
        public void close() throws HDF5Exception {
            try (fileType;
                    space) {
                if (elements > 0 && (type.has(RepackType.Kind.TEXT) || type.has(RepackType.Kind.SEQUENCE))) {
                    Library.calls().reclaim(fileType.id, space.id, memory);
                }
            }
        }
    }
}
