package io.h5sink.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Driver;
import io.h5sink.H5Group;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;
import io.jhdf.AbstractNode;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.dataset.DatasetBase;
import io.jhdf.dataset.chunked.Chunk;
import io.jhdf.dataset.chunked.ChunkedDatasetBase;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.OpaqueDataType;
import io.jhdf.object.datatype.Reference;
import io.jhdf.object.message.DataSpaceMessage;
import io.jhdf.object.message.FillValueMessage;
import io.jhdf.object.message.FilterPipelineMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is in a file, without leaving the JVM: objects, types and elements as jHDF reads them from its bytes. Elements are read by
 * {@link H5Source}, too, and must be the same; jHDF lacks some filters, and then they are that one's.
 */
public final class Contents implements AutoCloseable {

    /** The file is one that nobody can read, or jHDF lacks something. */
    public static final class Unreadable extends AssertionError {

        private static final long serialVersionUID = 1;

        Unreadable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Files up to this size are looked at as they are at one moment. */
    private static final long COPIED = 64 << 20;

    /** Where a superblock of version 2 or 3 says who has it open: a writer, with or without readers. */
    private static final int FLAGS = 11;

    /** In files of so many objects both readers read all; of more, one must do. */
    private static final int COMPARED = 300;

    /** The code of a dataspace without elements. */
    private static final int NULL_SPACE = 2;

    private final HdfFile hdf;
    private final @Nullable H5Source source;

    /** Read by {@link H5Source} where there are filters: jHDF takes chunks for packed that a filter has left as they are. */
    private @Nullable Path torn;

    /** Groups, datasets and named types by absolute path, each once, in the order of h5py's {@code visititems}. */
    private final Map<String, Node> objects = new LinkedHashMap<>();

    private final Map<Long, String> paths = new HashMap<>();

    private Contents(HdfFile hdf, @Nullable H5Source source) {
        this.hdf = hdf;
        this.source = source;
        paths.put(hdf.getAddress(), "/");
        try {
            visit("/", hdf);
        } catch (RuntimeException e) {
            close(); // or who opens the file next would see it as it was
            throw e;
        }
    }

    /** What a function makes of a file, which others may have open for writing if it is shared. */
    public static <T> T of(Path file, boolean shared, Function<Contents, T> look) {
        return of(
                file,
                () -> new Contents(
                        Files.size(file) > COPIED ? new HdfFile(file) : image(Files.readAllBytes(file), shared),
                        shared ? null : H5Source.open(file)),
                look);
    }

    /**
     * The same of a file that may be torn, as jHDF alone sees it, but for chunks that it cannot unpack; an error at once if HDF5 would not
     * open it.
     */
    public static <T> T torn(Path file, Function<Contents, T> look) {
        return of(
                file,
                () -> {
                    Contents contents = new Contents(image(Files.readAllBytes(file), false), null);
                    contents.torn = file;
                    return contents;
                },
                look);
    }

    /** The same of a driver's file that has parts, of which each begins where the one before ends. */
    static <T> T of(Path file, Driver driver, List<Path> parts, Function<Contents, T> look) {
        return of(
                parts.get(0),
                () -> {
                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                    for (Path part : parts) {
                        Files.copy(part, all);
                    }
                    return new Contents(image(all.toByteArray(), false), H5Source.open(file, driver));
                },
                look);
    }

    private static HdfFile image(byte[] bytes, boolean shared) {
        if (!shared && bytes.length > FLAGS && bytes[8] >= 2 && bytes[FLAGS] != 0) {
            throw new Unreadable("it is marked as open for writing", null);
        }
        HdfFile hdf = HdfFile.fromByteBuffer(ByteBuffer.wrap(bytes));
        long end = hdf.getHdfBackingStorage().getSuperblock().getEndOfFileAddress();
        if (end > bytes.length) {
            throw new Unreadable("it is truncated: " + bytes.length + " bytes of " + end, null);
        }
        return hdf;
    }

    private interface Opening {
        Contents open() throws IOException;
    }

    private static <T> T of(Path file, Opening opening, Function<Contents, T> look) {
        try (Contents contents = opening.open()) {
            return look.apply(contents);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw new Unreadable(file + " cannot be read: " + e, e);
        }
    }

    private void visit(String prefix, Group group) {
        group.getChildren().values().stream()
                .filter(child -> !child.isLink())
                .sorted(Comparator.comparing(
                        child -> name(prefix, child).getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned))
                .forEach(child -> {
                    String path = prefix + name(prefix, child);
                    if (paths.putIfAbsent(child.getAddress(), path) == null) {
                        objects.put(path, child);
                        if (child instanceof Group inner) {
                            visit(path + "/", inner);
                        }
                    }
                });
    }

    /** A name; jHDF reads those of the oldest format as ASCII, so that the one comes from {@link H5Source} that looks like it. */
    private String name(String group, Node child) {
        String name = child.getName();
        if (source == null || name.indexOf('\uFFFD') < 0) {
            return name;
        }
        H5Group parent = source.group(group.length() > 1 ? group.substring(0, group.length() - 1) : group);
        return Stream.concat(parent.groups().stream(), parent.datasets().stream())
                .filter(other ->
                        name.equals(new String(other.getBytes(StandardCharsets.UTF_8), StandardCharsets.US_ASCII)))
                .findFirst()
                .orElse(name);
    }

    public Map<String, Node> objects() {
        return objects;
    }

    /** A group or dataset, or the file itself. */
    public Node at(String path) {
        String absolute = path.startsWith("/") ? path : "/" + path;
        Node node = absolute.equals("/") ? hdf : objects.get(absolute);
        if (node == null) {
            throw new AssertionError("there is no " + path + ", but " + objects.keySet());
        }
        return node;
    }

    /** The first path of the object that a reference leads to. */
    public String path(Object reference) {
        return paths.getOrDefault(((NumPy.Address) reference).address(), "?");
    }

    public Map<String, Attribute> attributes(Node node) {
        return new TreeMap<>(node.getAttributes());
    }

    /** An attribute's elements, as lists by its shape. */
    public Object value(Attribute attribute) {
        if (hasNoSpace(attribute)) {
            throw new Unreadable(attribute.getName() + " is empty", null);
        }
        ByteBuffer raw = attribute.getBuffer();
        List<Object> elements = raw == null
                ? List.of()
                : NumPy.elements(hdf, attribute.getDataType(), raw.duplicate().rewind());
        return NumPy.nested(elements, attribute.getDimensionsAsLong());
    }

    /** Whether it is as {@code h5py.Empty}. */
    static boolean hasNoSpace(Attribute attribute) {
        return attribute.getDataSpace().getType() == NULL_SPACE;
    }

    /** The same of a dataset. */
    static boolean hasNoSpace(Dataset dataset) {
        DataSpaceMessage message = ((AbstractNode) dataset).getHeader().getMessageOfType(DataSpaceMessage.class);
        return message.getDataSpace().getType() == NULL_SPACE;
    }

    /** The fill value that somebody has set; null if nobody has. */
    @Nullable
    Object fill(Dataset dataset) {
        FillValueMessage message = ((AbstractNode) dataset).getHeader().getMessageOfType(FillValueMessage.class);
        ByteBuffer fill = message.isFillValueDefined() ? message.getFillValue() : null;
        return fill == null || !fill.hasRemaining() ? null : NumPy.element(hdf, dataset.getDataType(), fill.slice(), 0);
    }

    /** A dataset's chunk; null if it is not chunked. */
    static long @Nullable [] chunk(Dataset dataset) {
        return dataset instanceof ChunkedDataset chunked
                ? Arrays.stream(chunked.getChunkDimensions()).asLongStream().toArray()
                : null;
    }

    /** The chunks that are stored of a dataset, as jHDF finds them, who keeps that to itself. */
    @SuppressWarnings("unchecked")
    public static Collection<Chunk> chunks(Dataset dataset) {
        try {
            Method all = ChunkedDatasetBase.class.getDeclaredMethod("getAllChunks");
            all.setAccessible(true);
            return (Collection<Chunk>) all.invoke(dataset);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All elements of a dataset, as lists by its shape. */
    public Object nested(String path) {
        Dataset dataset = (Dataset) at(path);
        return NumPy.nested(elements(path, dataset), dataset.getDimensionsAsLong());
    }

    /** All elements of a dataset, in row-major order. */
    public List<Object> elements(String path, Dataset dataset) {
        if (dataset.isEmpty()) { // jHDF has no values where none are stored
            Object values = hasNoSpace(dataset) || dataset.getSize() == 0 ? null : ours(path);
            return values == null ? List.of() : flat(values, dataset.getDimensions().length);
        }
        if (torn != null && !filters(dataset).isEmpty()) {
            return flat(alone(torn, path), dataset.getDimensions().length);
        }
        boolean beyond = isBeyondJhdf(dataset);
        Object ours = beyond || objects.size() <= COMPARED ? ours(path) : null;
        if (ours != null && beyond) {
            return flat(ours, dataset.getDimensions().length);
        }
        List<Object> theirs;
        try {
            theirs = dataset.getSize() == 0 ? List.of() : NumPy.elements(hdf, dataset.getDataType(), raw(dataset));
        } catch (RuntimeException e) { // jHDF has not all filters
            if (ours == null) {
                throw new Unreadable(path + " cannot be read: " + e, e);
            }
            return flat(ours, dataset.getDimensions().length);
        }
        if (ours != null && isComparable(dataset.getDataType())) {
            assertThat(plain(ours))
                    .as("%s, which jHDF reads", path)
                    .isEqualTo(plain(NumPy.nested(theirs, dataset.getDimensionsAsLong())));
        }
        return theirs;
    }

    /**
     * In LZ4, jHDF takes other bytes for the size of a block if the last one is small, and gigabytes of memory for it; checksums
     * it does not take away where it should, or takes where there are none.
     */
    private static boolean isBeyondJhdf(Dataset dataset) {
        List<Integer> filters = filters(dataset);
        return filters.contains(32004) || filters.contains(3);
    }

    /** What {@link H5Source} reads of a file without the journal beside it, which would have it wait. */
    private static Object alone(Path torn, String path) {
        try {
            Path copy = Files.createTempFile("torn", ".h5");
            try {
                Files.copy(torn, copy, StandardCopyOption.REPLACE_EXISTING);
                try (H5Source whole = H5Source.open(copy)) {
                    return whole.dataset(path).read();
                }
            } finally {
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Integer> filters(Dataset dataset) {
        return ((AbstractNode) dataset)
                .getHeader().getMessagesOfType(FilterPipelineMessage.class).stream()
                        .flatMap(pipeline -> pipeline.getFilters().stream())
                        .map(filter -> filter.getId())
                        .toList();
    }

    /** The bytes of all elements. */
    static ByteBuffer raw(Dataset dataset) {
        return ((DatasetBase) dataset).getDataBuffer().duplicate().rewind();
    }

    /** What {@link H5Source} reads; null if that has no value for it. */
    private @Nullable Object ours(String path) {
        try {
            return source == null ? null : source.dataset(path).read();
        } catch (H5SchemaException e) {
            return null;
        }
    }

    private static boolean isComparable(DataType type) {
        return !(type instanceof OpaqueDataType
                || type instanceof Reference
                || NumPy.str(type).startsWith("|V"));
    }

    private static List<Object> flat(Object array, int axes) {
        if (axes == 0) {
            return List.of(array instanceof Map<?, ?> members ? tuple(members) : array);
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            elements.addAll(flat(Array.get(array, i), axes - 1));
        }
        return elements;
    }

    private static NumPy.Tuple tuple(Map<?, ?> members) {
        return new NumPy.Tuple(members.values().stream()
                .map(member -> member instanceof Map<?, ?> inner
                        ? tuple(inner)
                        : member.getClass().isArray() ? lists(member) : member)
                .toList());
    }

    private static List<Object> lists(Object array) {
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            Object element = Array.get(array, i);
            elements.add(
                    element.getClass().isArray()
                            ? lists(element)
                            : flat(element, 0).get(0));
        }
        return elements;
    }

    /** What the values of both have in common: integers are of any width. */
    private static Object plain(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(Contents::plain).toList();
        } else if (value.getClass().isArray()) {
            List<Object> list = new ArrayList<>();
            for (int i = 0; i < Array.getLength(value); i++) {
                list.add(plain(Array.get(value, i)));
            }
            return list;
        } else if (value instanceof NumPy.Tuple tuple) {
            return plain(tuple.members());
        } else if (value instanceof Map<?, ?> map) {
            return plain(List.copyOf(map.values()));
        } else if (value instanceof NumPy.Constant constant) {
            return constant.name();
        } else if (value instanceof Float || value instanceof Double) {
            return ((Number) value).doubleValue();
        } else if (value instanceof Number && !(value instanceof BigInteger)) {
            return BigInteger.valueOf(((Number) value).longValue());
        }
        return value;
    }

    @Override
    public void close() {
        if (source != null) {
            source.close();
        }
        hdf.close();
    }
}
