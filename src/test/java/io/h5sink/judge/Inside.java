package io.h5sink.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Compression;
import io.h5sink.Driver;
import io.h5sink.FaceInternals;
import io.h5sink.H5Source;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import io.jhdf.object.datatype.ArrayDataType;
import io.jhdf.object.datatype.CompoundDataType;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.EnumDataType;
import io.jhdf.object.datatype.VariableLength;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The {@link Contents} of a file in the words that scripts in Python print of it. */
public final class Inside {

    private Inside() {}

    /** What h5py sees, where that is, which must be what jHDF sees if that can read the file; or else what jHDF sees. */
    public static <T> T judged(Supplier<T> inside, Supplier<T> h5py, BiConsumer<T, T> mustAgree) {
        if (!Python.isPresent()) {
            return inside.get();
        }
        T outside = h5py.get();
        T seen;
        try {
            seen = inside.get();
        } catch (Contents.Unreadable e) {
            return outside;
        }
        mustAgree.accept(seen, outside);
        return outside;
    }

    /** The same of texts. */
    public static String judged(Path file, Supplier<String> inside, Supplier<String> h5py) {
        return judged(
                inside,
                h5py,
                (seen, outside) -> assertThat(seen)
                        .as("%s in the JVM, compared with h5py", file)
                        .isEqualTo(outside));
    }

    /** As {@link H5py}. */
    static H5py read(Path file, boolean shared) {
        return Contents.of(file, shared, Inside::h5py);
    }

    private static H5py h5py(Contents contents) {
        List<String> groups = new ArrayList<>();
        Map<String, H5py.Dataset> datasets = new TreeMap<>();
        contents.objects().forEach((path, node) -> {
            if (!(node instanceof Dataset dataset)) {
                groups.add(path);
            } else if (dataset.getDataType() instanceof CompoundDataType compound) {
                members(contents, path, dataset, compound, datasets);
            } else if (!isWithoutValues(contents, node)) {
                datasets.put(path, seen(contents, path, dataset));
            }
        });
        return new H5py(groups, datasets);
    }

    /** The same of a file of any driver. */
    static H5py read(Path file, Driver driver) {
        String kind = driver.toString();
        if (kind.startsWith("Driver.family")) {
            return Contents.of(file, driver, pieces(file), Inside::h5py);
        } else if (!kind.startsWith("Driver.split")) {
            return Contents.of(file, driver, FaceInternals.files(driver, file), Inside::h5py);
        }
        try {
            Path directory = Files.createTempDirectory("inside");
            Path whole = directory.resolve("whole.h5");
            try (H5Source h5 = H5Source.open(file, driver)) {
                h5.repack(whole, Compression.none());
                return read(whole, false);
            } finally {
                Files.deleteIfExists(whole);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a file in pieces, those that are there. */
    private static List<Path> pieces(Path file) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> Path.of(String.format(Locale.ROOT, file.toString(), i)))
                .takeWhile(Files::exists)
                .toList();
    }

    private static H5py.Dataset seen(Contents contents, String path, Dataset dataset) {
        List<Object> elements = contents.elements(path, dataset);
        boolean empty = Contents.hasNoSpace(dataset);
        return new H5py.Dataset(
                kind(dataset.getDataType()),
                empty ? "None" : tuple(dataset.getDimensionsAsLong()),
                empty ? "None" : tuple(dataset.getMaxSize()),
                tuple(Contents.chunk(dataset)),
                others(contents, dataset),
                values(dataset.getDataType(), elements, dataset));
    }

    private static void members(
            Contents contents,
            String path,
            Dataset dataset,
            CompoundDataType compound,
            Map<String, H5py.Dataset> datasets) {
        List<Object> elements = contents.elements(path, dataset);
        for (int i = 0; i < compound.getMembers().size(); i++) {
            int member = i;
            DataType type = compound.getMembers().get(i).getDataType();
            List<Object> values = elements.stream()
                    .flatMap(element -> flat(((NumPy.Tuple) element).members().get(member)))
                    .toList();
            LongStream shape = Arrays.stream(dataset.getDimensionsAsLong());
            while (type instanceof ArrayDataType array) {
                shape = LongStream.concat(
                        shape, Arrays.stream(array.getArrayTypeDimensions()).asLongStream());
                type = array.getBaseType();
            }
            datasets.put(
                    path + "/" + compound.getMembers().get(i).getName(),
                    new H5py.Dataset(
                            kind(type),
                            tuple(shape.toArray()),
                            tuple(dataset.getMaxSize()),
                            tuple(Contents.chunk(dataset)),
                            Map.of(),
                            values(type, values, null)));
        }
    }

    private static Stream<Object> flat(Object value) {
        return value instanceof List<?> list ? list.stream().flatMap(Inside::flat) : Stream.of(value);
    }

    private static String kind(DataType type) {
        if (NumPy.isBool(type)) {
            return "bool";
        } else if (type instanceof EnumDataType names) {
            return "enum " + NumPy.name(type)
                    + names.getEnumMapping().entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(name -> " " + name.getValue() + "=" + name.getKey())
                            .collect(Collectors.joining());
        }
        String text = NumPy.text(type);
        return text.isEmpty() ? NumPy.str(type) : "str " + text;
    }

    /** The elements, or the digits of their bytes where Java's numbers are others. */
    private static List<Object> values(DataType type, List<Object> elements, @Nullable Dataset dataset) {
        if (kind(type).matches("bool|\\|i1|<i[248]|<f[48]|str .*")) {
            return elements;
        } else if (type instanceof EnumDataType) {
            return elements.stream()
                    .map(element -> element instanceof NumPy.Constant constant ? (Object) constant.name() : element)
                    .toList();
        } else if (dataset == null || dataset.isEmpty() || NumPy.str(type).startsWith("|O")) {
            return List.of("");
        }
        ByteBuffer raw = Contents.raw(dataset);
        byte[] bytes = new byte[raw.remaining()];
        raw.get(bytes);
        return List.of(HexFormat.of().formatHex(bytes));
    }

    private static String tuple(long @Nullable [] extents) {
        if (extents == null) {
            return "None";
        }
        return Arrays.stream(extents)
                .mapToObj(extent -> extent == -1 ? "None" : String.valueOf(extent))
                .collect(Collectors.joining(", ", "(", extents.length == 1 ? ",)" : ")"));
    }

    /** The name of a dimension scale; empty if it is none, or has none. */
    private static String name(Contents contents, Node node) {
        Attribute name = node.getAttribute("NAME");
        return isScale(contents, node) && name != null ? String.valueOf(contents.value(name)) : "";
    }

    /** Whether an object is a dimension scale that is there for its length alone. */
    static boolean isWithoutValues(Contents contents, Node node) {
        return name(contents, node).startsWith("This is a netCDF dimension but not");
    }

    static boolean isScale(Contents contents, Node node) {
        Attribute type = node.getAttribute("CLASS");
        return type != null
                && !(type.getDataType() instanceof VariableLength)
                && !Contents.hasNoSpace(type)
                && contents.value(type).equals("DIMENSION_SCALE");
    }

    /** The attributes but for those that label axes. */
    private static Map<String, String> others(Contents contents, Dataset dataset) {
        List<String> labels = isScale(contents, dataset)
                ? List.of("DIMENSION_LIST", "CLASS", "NAME", "REFERENCE_LIST")
                : List.of("DIMENSION_LIST");
        Map<String, String> others = new TreeMap<>();
        contents.attributes(dataset).forEach((name, attribute) -> {
            if (!labels.contains(name)) {
                others.put(name, PythonText.str(bytes(attribute, contents.value(attribute))));
            }
        });
        return others;
    }

    /** Strings of fixed length are bytes in h5py's attributes. */
    private static Object bytes(Attribute attribute, Object value) {
        boolean fixed = NumPy.text(attribute.getDataType()).matches(".* \\d+");
        if (fixed && value instanceof List) {
            throw new Contents.Unreadable(attribute.getName() + ": NumPy breaks lines of such an array", null);
        }
        return fixed ? "b" + PythonText.ascii(value) : value;
    }

    /** As {@link Listing}. */
    static String listing(Path file) {
        return Contents.of(file, false, contents -> {
            StringBuilder lines = new StringBuilder();
            contents.objects().forEach((path, node) -> {
                if (node instanceof Dataset dataset) {
                    long[] shape = dataset.getDimensionsAsLong();
                    Object fill = contents.fill(dataset);
                    lines.append(path)
                            .append(": ")
                            .append(listed(dataset.getDataType()))
                            .append(shape.length < 2 ? "" : Arrays.toString(Arrays.copyOfRange(shape, 1, shape.length)))
                            .append(fill == null ? "" : " fill=" + PythonText.repr(fill))
                            .append(' ')
                            .append(PythonText.repr(NumPy.nested(contents.elements(path, dataset), shape)))
                            .append('\n');
                }
            });
            return lines.toString();
        });
    }

    private static String listed(DataType type) {
        String text = NumPy.text(type);
        if (type instanceof ArrayDataType array) {
            return listed(array.getBaseType()) + Arrays.toString(array.getArrayTypeDimensions());
        } else if (!text.isEmpty()) {
            return "str" + text.replaceAll("^\\S+ (None)?", "");
        } else if (type instanceof VariableLength sequence) {
            return "ragged " + listed(sequence.getParent());
        } else if (type instanceof EnumDataType names && !NumPy.isBool(type)) {
            return NumPy.name(type)
                    + names.getEnumMapping().entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(Map.Entry::getValue)
                            .collect(Collectors.joining(" ", "{", "}"));
        } else if (type instanceof CompoundDataType compound) {
            return compound.getMembers().stream()
                    .map(member -> member.getName() + ": " + listed(member.getDataType()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return NumPy.name(type);
    }

    /** As {@link Attrs}. */
    static String attributes(Path file, String object) {
        return Contents.of(
                file,
                false,
                contents -> contents.attributes(contents.at(object)).values().stream()
                        .map(attribute -> {
                            Object value = contents.value(attribute);
                            boolean scalar = attribute.getDimensions().length == 0;
                            DataType type = attribute.getDataType();
                            String text = NumPy.text(type);
                            boolean fixed = text.matches(".* \\d+");
                            return String.join(
                                    " ",
                                    PythonText.ascii(attribute.getName()),
                                    !scalar ? "ndarray" : scalarName(type),
                                    text.isEmpty() ? NumPy.str(type) : "str " + text,
                                    scalar ? "scalar" : tuple(attribute.getDimensionsAsLong()),
                                    fixed ? "b" + PythonText.ascii(value) : PythonText.ascii(value));
                        })
                        .collect(Collectors.joining("\n")));
    }

    /** The Python type of a scalar. */
    private static String scalarName(DataType type) {
        String text = NumPy.text(type);
        return NumPy.isBool(type)
                ? "bool_"
                : text.isEmpty() ? NumPy.name(type) : text.endsWith("None") ? "str" : "bytes_";
    }

    /** As {@link Xarray#scales}. */
    static String scales(Path file) {
        return Contents.of(file, false, contents -> {
            Map<String, List<String>> labelled = new TreeMap<>();
            contents.objects().forEach((path, node) -> {
                List<String> labels = labels(contents, node);
                for (int axis = 0; axis < labels.size(); axis++) {
                    labelled.computeIfAbsent(labels.get(axis), scale -> new ArrayList<>())
                            .add(path + " " + axis);
                }
            });
            StringBuilder lines = new StringBuilder();
            contents.objects().forEach((path, node) -> {
                if (node instanceof Dataset && isScale(contents, node)) {
                    List<String> uses = labelled.getOrDefault(path, List.of()).stream()
                            .sorted()
                            .toList();
                    lines.append(path + " is a scale of " + String.join(", ", uses) + "\n");
                    Attribute reported = node.getAttribute("REFERENCE_LIST");
                    if (reported != null) {
                        assertThat(flat(contents.value(reported))
                                        .map(NumPy.Tuple.class::cast)
                                        .map(use -> contents.path(use.members().get(0)) + " "
                                                + use.members().get(1))
                                        .sorted())
                                .as(path)
                                .containsExactlyElementsOf(uses);
                    }
                } else if (node instanceof Dataset && node.getAttribute("DIMENSION_LIST") != null) {
                    lines.append(path + ": " + String.join(" ", labels(contents, node)) + "\n");
                }
            });
            return lines.toString();
        });
    }

    /** The scale of each axis. */
    static List<String> labels(Contents contents, Node node) {
        Attribute list = node.getAttribute("DIMENSION_LIST");
        return list == null
                ? List.of()
                : flat(contents.value(list)).map(contents::path).toList();
    }
}
