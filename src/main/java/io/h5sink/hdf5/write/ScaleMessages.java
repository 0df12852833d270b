package io.h5sink.hdf5.write;

import io.h5sink.format.FormatOutput;
import io.h5sink.format.heap.GlobalHeapWriter;
import io.h5sink.format.message.AttributeMessage;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.hdf5.ObjectAttributes;
import io.h5sink.hdf5.ObjectTree;
import io.h5sink.hdf5.type.ColumnDatatypes;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and writes the attributes of the HDF5 Dimension Scale Specification, in the form of {@code H5DS}. */
public final class ScaleMessages {

    private static final String CLASS = "CLASS";
    private static final String NAME = "NAME";
    private static final String DIMENSION_LIST = "DIMENSION_LIST";
    private static final String REFERENCE_LIST = "REFERENCE_LIST";
    private static final String SCALE = "DIMENSION_SCALE";

    /**
     * An axis that a scale labels.
     *
     * @param dataset the absolute path of the axis's dataset
     * @param axis the number of the axis, from 0
     */
    public record LabelledAxis(String dataset, int axis) {}

    /**
     * An element of {@code REFERENCE_LIST}.
     *
     * @param dataset the address of the header of the axis's dataset, which is an object reference
     * @param axis the number of the axis, from 0
     */
    private record ReferenceUse(long dataset, long axis) {}

    private final ObjectTree tree;
    private final GlobalHeapWriter heap;

    ScaleMessages(ObjectTree tree, GlobalHeapWriter heap) {
        this.tree = tree;
        this.heap = heap;
    }

    private SpaceAllocator file() {
        return tree.file();
    }

    /** The axes that each scale labels, by the scale's path. */
    public static Map<String, List<LabelledAxis>> uses(Map<String, List<String>> labels) {
        Map<String, List<LabelledAxis>> uses = new LinkedHashMap<>();
        labels.forEach((dataset, scales) -> {
            for (int axis = 0; axis < scales.size(); axis++) {
                uses.computeIfAbsent(scales.get(axis), first -> new ArrayList<>())
                        .add(new LabelledAxis(dataset, axis));
            }
        });
        return uses;
    }

    /** The address of the header of an object, which must exist. */
    private long header(String path) throws IOException {
        ObjectTree.PathEnd end = tree.find(path);
        if (!end.isObject()) {
            throw new IOException("no object of this file has the path " + path);
        }
        return end.header();
    }

    private boolean has(String path, String attribute) throws IOException {
        return has(header(path), attribute);
    }

    private boolean has(long object, String attribute) {
        return ObjectAttributes.find(file(), object, NewColumn.utf8(attribute)) != null;
    }

    /** Whether any axis of a dataset has a scale. */
    boolean isLabelled(String dataset) throws IOException {
        return has(dataset, DIMENSION_LIST);
    }

    /** Whether a dataset is a scale or may become one. */
    boolean canBeScale(String dataset) throws IOException {
        return isScale(header(dataset)) || !(has(dataset, CLASS) || has(dataset, DIMENSION_LIST));
    }

    private boolean isScale(long object) {
        AttributeValues.FoundAttribute found = AttributeValues.find(file(), object, CLASS);
        return found != null
                && found.type() instanceof Datatype.StringType
                && SCALE.equals(AttributeValues.text(file(), object, CLASS));
    }

    /** Makes a dataset a scale, unless the dataset is one. */
    void makeScale(String dataset, String name) throws IOException {
        long object = header(dataset);
        if (!isScale(object)) {
            write(object, CLASS, SCALE);
            write(object, NAME, name);
        }
    }

    private void write(long object, String name, String value) throws IOException {
        if (has(object, name)) {
            return;
        }
        byte[] utf8 = (value + "\0").getBytes(StandardCharsets.UTF_8);
        int characters = utf8.length > value.length() + 1 ? Datatype.UTF_8 : Datatype.ASCII;
        Datatype type = new Datatype.StringType(utf8.length, Datatype.NULL_TERMINATED, characters);
        put(object, name, type, Dataspace.scalar(), ByteBuffer.wrap(utf8));
    }

    /** Writes {@code DIMENSION_LIST}: the scale of each axis of a dataset. */
    void writeList(String dataset, List<String> scales) throws IOException {
        List<VariableLengthValues.VariableValue> values = new ArrayList<>();
        for (String scale : scales) {
            ByteBuffer reference = new FormatOutput().address(header(scale)).toBuffer();
            values.add(VariableLengthValues.VariableValue.sequence(1, reference));
        }
        long object = header(dataset);
        put(
                object,
                DIMENSION_LIST,
                ColumnDatatypes.dimensionList(Long.BYTES),
                Dataspace.fixed(List.of((long) scales.size())),
                VariableLengthValues.add(heap, values));
    }

    /**
     * Adds axes to a scale's {@code REFERENCE_LIST}, if the scale has one. A scale without the list, as this library makes them, stays
     * without, although the specification requires the list: no program needs the list to find a scale, and PyTables cannot open a dataset
     * that has one.
     */
    void addUses(String scale, List<LabelledAxis> uses) throws IOException {
        long object = header(scale);
        AttributeValues.FoundAttribute found = AttributeValues.find(file(), object, REFERENCE_LIST);
        if (found == null) {
            return;
        }
        Set<ReferenceUse> all = read(found);
        for (LabelledAxis use : uses) {
            all.add(new ReferenceUse(header(use.dataset()), use.axis()));
        }
        FormatOutput list = new FormatOutput();
        for (ReferenceUse use : all) {
            list.address(use.dataset).int32((int) use.axis).zeros(Integer.BYTES); // with C's padding
        }
        put(
                object,
                REFERENCE_LIST,
                ColumnDatatypes.scaleUse(Long.BYTES),
                Dataspace.fixed(List.of((long) all.size())),
                list.toBuffer());
    }

    /** The elements of a list; none if the attribute has the name only, and another type. */
    private static Set<ReferenceUse> read(AttributeValues.FoundAttribute found) {
        Set<ReferenceUse> uses = new LinkedHashSet<>();
        Datatype.@Nullable CompoundMember dataset = null;
        Datatype.@Nullable CompoundMember dimension = null;
        if (found.type() instanceof Datatype.CompoundType compound
                && compound.members().size() == 2) {
            for (Datatype.CompoundMember member : compound.members()) {
                if (member.name().equals("dataset") && member.type() instanceof Datatype.ReferenceType) {
                    dataset = member;
                } else if (member.name().equals("dimension") && member.type() instanceof Datatype.FixedPointType) {
                    dimension = member;
                }
            }
        }
        if (dataset == null || dimension == null || dataset.type().size() != Long.BYTES) {
            return uses;
        }
        ByteBuffer data = found.data();
        for (int at = 0; at < data.limit(); at += (int) found.type().size()) {
            uses.add(new ReferenceUse(data.getLong(at + (int) dataset.offset()), integer(data, at, dimension)));
        }
        return uses;
    }

    private static long integer(ByteBuffer data, int element, Datatype.CompoundMember member) {
        boolean big = member.type() instanceof Datatype.FixedPointType type
                && type.order() == Datatype.NumberOrder.BIG_ENDIAN;
        long value = 0;
        int bytes = (int) member.type().size();
        for (int i = 0; i < bytes; i++) {
            int at = element + (int) member.offset() + (big ? i : bytes - 1 - i);
            value = value << Byte.SIZE | Byte.toUnsignedLong(data.get(at));
        }
        return value;
    }

    private void put(long object, String name, Datatype type, Dataspace space, ByteBuffer data) throws IOException {
        FormatOutput extents = new FormatOutput();
        space.encode(extents);
        ByteBuffer little = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        ObjectAttributes.put(
                file(),
                object,
                new AttributeMessage(
                        0, NewColumn.utf8(name), false, NewColumn.encoded(type), extents.toBuffer(), little));
    }
}
