package io.h5sink.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Driver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A file as h5py sees it, but for what labels axes, which is shown by {@link Xarray}: without the attributes of dimension
 * scales, and without dimensions that have no values. A member of a compound is a dataset in this. Values come as bytes, not as
 * decimal numbers, so that what is compared is exact.
 *
 * @param groups absolute paths, without the root
 * @param datasets by absolute path
 */
public record H5py(List<String> groups, Map<String, Dataset> datasets) {

    /**
     * A dataset. Types, shapes and attributes are in Python's words.
     *
     * @param dtype for example {@code <f8}, {@code bool}, {@code enum int8 RED=0 GREEN=1} or {@code str utf-8 None}
     * @param values all elements, in row-major order; names for an enumeration
     */
    public record Dataset(
            String dtype,
            String shape,
            String maxshape,
            String chunks,
            Map<String, String> attributes,
            List<Object> values) {}

    private static final String READ = """
            import base64, io, sys, h5py, numpy

            def word(text):
                return base64.b64encode(str(text).encode('utf-8', 'surrogateescape')).decode()

            def kind(dtype):
                names = h5py.check_enum_dtype(dtype)
                text = h5py.check_string_dtype(dtype)
                if dtype == bool:
                    return 'bool'
                if names:
                    names = sorted(names.items(), key=lambda item: item[1])
                    return 'enum %s ' % dtype.name + ' '.join('%s=%d' % item for item in names)
                if text:
                    return 'str %s %s' % (text.encoding, text.length)
                return dtype.str

            def values(dataset):
                text = h5py.check_string_dtype(dataset.dtype)
                if text and text.length is None:
                    return ''.join(' ' + word(s) for s in numpy.asarray(dataset.asstr()[()], object).flat)
                return numpy.asarray(dataset[()]).tobytes().hex() if dataset.shape is not None else ''

            def labels(thing):
                found = {'DIMENSION_LIST'} & set(thing.attrs)
                return found | {'CLASS', 'NAME', 'REFERENCE_LIST'} if h5py.h5ds.is_scale(thing.id) else found

            def show(name, thing):
                if isinstance(thing, h5py.Dataset) and thing.dtype.names:
                    for field in thing.dtype.names:
                        part = thing[field]
                        words = kind(thing.dtype[field].base), part.shape, thing.maxshape, thing.chunks
                        print('\\t'.join([word('/' + name + '/' + field), *map(str, words), '', part.tobytes().hex()]))
                elif isinstance(thing, h5py.Dataset):
                    if h5py.h5ds.is_scale(thing.id) and b'netCDF dimension but not' in h5py.h5ds.get_scale_name(thing.id):
                        return
                    others = {k: v for k, v in thing.attrs.items() if k not in labels(thing)}
                    attributes = ' '.join(word(k) + ' ' + word(v) for k, v in others.items())
                    words = kind(thing.dtype), thing.shape, thing.maxshape, thing.chunks
                    print('\\t'.join([word('/' + name), *map(str, words), attributes, values(thing)]))
                else:
                    print(word('/' + name))

            with eval(sys.argv[2], {'h5py': h5py, 'io': io, 'name': sys.argv[1]}) as f:
                f.visititems(show)
            """;

    public static H5py read(Path file) {
        return read(file, "h5py.File(name, 'r')");
    }

    /** Reads a file that is opened by an expression, in which its path is {@code name}. */
    public static H5py read(Path file, String open) {
        return judged(file, () -> Inside.read(file, open.contains("swmr")), open);
    }

    /** Reads a file that has parts, or is but one of a driver's, with that driver. */
    public static H5py read(Path file, Driver driver, String open) {
        return judged(file, () -> Inside.read(file, driver), open);
    }

    private static H5py judged(Path file, Supplier<H5py> inside, String open) {
        return Inside.judged(
                inside,
                () -> outside(file, open),
                (seen, outside) -> assertThat(seen.comparable(outside))
                        .as("%s in the JVM, compared with h5py", file)
                        .isEqualTo(outside.comparable(outside)));
    }

    /** Without values that are pointers in Python. */
    private H5py comparable(H5py python) {
        Map<String, Dataset> without = new TreeMap<>();
        datasets.forEach((path, seen) -> {
            Dataset other = python.datasets.get(path);
            boolean pointers = other != null && other.dtype.matches("\\|[OV].*");
            without.put(
                    path,
                    pointers
                            ? new Dataset(
                                    seen.dtype, seen.shape, seen.maxshape, seen.chunks, seen.attributes, List.of())
                            : seen);
        });
        return new H5py(groups, without);
    }

    private static H5py outside(Path file, String open) {
        List<String> groups = new ArrayList<>();
        Map<String, Dataset> datasets = new TreeMap<>();
        Python.run(READ, file, open).lines().forEach(line -> {
            String[] fields = line.split("\t", -1);
            if (fields.length == 1) {
                groups.add(text(fields[0]));
            } else {
                List<Object> values = values(fields[1], fields[6]);
                Map<String, String> attributes = attributes(fields[5]);
                datasets.put(
                        text(fields[0]), new Dataset(fields[1], fields[2], fields[3], fields[4], attributes, values));
            }
        });
        return new H5py(groups, datasets);
    }

    public Dataset at(String path) {
        Dataset dataset = datasets.get(path);
        if (dataset == null) {
            throw new AssertionError("there is no dataset " + path + ", but " + datasets.keySet());
        }
        return dataset;
    }

    public List<Object> values(String path) {
        return at(path).values();
    }

    private static Map<String, String> attributes(String words) {
        Map<String, String> attributes = new LinkedHashMap<>();
        List<String> texts = texts(words);
        for (int i = 0; i + 1 < texts.size(); i += 2) {
            attributes.put(texts.get(i), texts.get(i + 1));
        }
        return attributes;
    }

    private static List<Object> values(String dtype, String field) {
        if (dtype.startsWith("str") && dtype.endsWith("None")) {
            return field.isEmpty() ? List.of() : List.copyOf(texts(field.substring(1)));
        }
        ByteBuffer data = ByteBuffer.wrap(HexFormat.of().parseHex(field)).order(ByteOrder.LITTLE_ENDIAN);
        return switch (dtype) {
            case "bool" -> list(data, 1, at -> data.get(at) != 0);
            case "|i1" -> list(data, 1, data::get);
            case "<i2" -> list(data, 2, data::getShort);
            case "<i4" -> list(data, 4, data::getInt);
            case "<i8" -> list(data, 8, data::getLong);
            case "<f4" -> list(data, 4, data::getFloat);
            case "<f8" -> list(data, 8, data::getDouble);
            default ->
                dtype.startsWith("enum")
                        ? symbols(dtype, data)
                        : dtype.startsWith("str")
                                ? fixedTexts(data, Integer.parseInt(dtype.substring(dtype.lastIndexOf(' ') + 1)))
                                : List.of(field);
        };
    }

    private static List<Object> list(ByteBuffer data, int bytes, IntFunction<Object> get) {
        return IntStream.range(0, data.limit() / bytes)
                .mapToObj(i -> get.apply(i * bytes))
                .toList();
    }

    /** {@code enum int16 RED=0 GREEN=1}. */
    private static List<Object> symbols(String dtype, ByteBuffer data) {
        String[] words = dtype.split(" ");
        int bytes = Integer.parseInt(words[1].substring("int".length())) / 8;
        return list(data, bytes, at -> {
            int value = bytes == 1 ? data.get(at) : bytes == 2 ? data.getShort(at) : data.getInt(at);
            return Arrays.stream(words)
                    .filter(word -> word.endsWith("=" + value))
                    .map(word -> word.substring(0, word.indexOf('=')))
                    .findFirst()
                    .orElseThrow();
        });
    }

    /** Strings that are padded with NUL. */
    private static List<Object> fixedTexts(ByteBuffer data, int bytes) {
        return list(data, bytes, at -> {
            int length = bytes;
            while (length > 0 && data.get(at + length - 1) == 0) {
                length--;
            }
            return new String(data.array(), at, length, StandardCharsets.UTF_8);
        });
    }

    private static List<String> texts(String words) {
        return Stream.of(words.split(" ", -1)).map(H5py::text).toList();
    }

    private static String text(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
