package io.h5sink.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Dataset;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;
import io.h5sink.jhdf5.ForeignComparison;
import io.jhdf.api.Dataset;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Whether two files have the same objects, as all readers see them that are there; that filters differ is not minded. */
public final class SameFiles {

    /** Whether two files have the same objects; that filters differ is not minded. */
    private static final String COMPARE = """
            import h5py, numpy as np, sys
            H = h5py
            T, S = h5py.h5t, h5py.h5s
            seen = {}

            def addr(x):
                return H.h5o.get_info(x).addr

            def ref(file, r):
                if not r:
                    return None
                x = file[r]
                return x.name, (None if not isinstance(r, H.RegionReference) else (
                    H.h5r.get_region(r, file.id).get_select_bounds(), H.h5r.get_region(r, file.id).get_select_npoints()))

            def plain(file, value):
                if isinstance(value, (H.Reference, H.RegionReference)):
                    return ref(file, value)
                if isinstance(value, H.Empty):
                    return ('empty', value.dtype)
                if isinstance(value, np.ndarray) and value.dtype.hasobject or isinstance(value, np.ndarray) and value.dtype.names:
                    return [plain(file, v) for v in value.ravel()], value.shape, str(value.dtype)
                if isinstance(value, np.void) and value.dtype.names:
                    return [plain(file, value[n]) for n in value.dtype.names]
                if isinstance(value, np.ndarray):
                    return value.shape, str(value.dtype), value.tobytes()
                if isinstance(value, np.generic):
                    return str(value.dtype), value.tobytes()
                return value

            def check(same, *what):
                assert same, what

            def attributes(f, g, name, a, b):
                check(list(a.attrs) == list(b.attrs), name, list(a.attrs), list(b.attrs))
                for k in a.attrs:
                    x, y = a.attrs.get_id(k), b.attrs.get_id(k)
                    check(x.get_type().equal(y.get_type()), name, k)
                    check(x.get_type().committed() == y.get_type().committed(), name, k)
                    check(x.shape == y.shape, name, k)
                    check(repr(plain(f, a.attrs[k])) == repr(plain(g, b.attrs[k])), name, k, plain(f, a.attrs[k]), plain(g, b.attrs[k]))

            def simple(t):
                return not (t.detect_class(T.VLEN) or t.detect_class(T.REFERENCE) or 'H5T_VARIABLE' in str(t)
                    or (t.get_class() == T.STRING and t.is_variable_str()) or (t.get_class() == T.COMPOUND and any(
                        not simple(t.get_member_type(i)) for i in range(t.get_nmembers()))))

            def raw(d, start, count):
                t = d.get_type()
                space = d.get_space()
                if count:
                    space.select_hyperslab(start, count)
                out = np.zeros((int(np.prod(count)) if count else 1) * t.get_size(), 'u1')
                d.read(S.create_simple(count) if count else S.create(S.SCALAR), space, out, t)
                return out

            def dataset(f, g, name, a, b):
                x, y = a.id, b.id
                check(x.get_type().equal(y.get_type()), name)
                check(x.get_type().committed() == y.get_type().committed(), name)
                check((a.shape, a.maxshape) == (b.shape, b.maxshape), name, a.shape, a.maxshape, b.shape, b.maxshape)
                p, q = x.get_create_plist(), y.get_create_plist()
                if p.get_layout() == H.h5d.CHUNKED:
                    check(a.chunks == b.chunks, name, a.chunks, b.chunks)
                elif a.size is None or a.size * x.get_type().get_size() < 4096:
                    check(p.get_layout() == q.get_layout(), name)
                check(p.fill_value_defined() == q.fill_value_defined() and p.get_fill_time() == q.get_fill_time(), name)
                if name.startswith('fill'):
                    check(repr(a.fillvalue) == repr(b.fillvalue), name, a.fillvalue, b.fillvalue)
                if a.shape is None or 0 in a.shape:
                    return
                if x.get_storage_size() == 0 or y.get_storage_size() == 0:
                    check(x.get_storage_size() == y.get_storage_size() or p.get_alloc_time() == H.h5d.ALLOC_TIME_EARLY, name)
                if simple(x.get_type()):
                    zero = (0,) * len(a.shape)
                    check((raw(x, zero, a.shape) == raw(y, zero, a.shape)).all(), name)
                else:
                    check(repr(plain(f, a[()])) == repr(plain(g, b[()])), name, plain(f, a[()]), plain(g, b[()]))

            def group(f, g, name, a, b):
                check(list(a) == list(b), name, list(a), list(b))
                for k in a:
                    l, m = a.get(k, getlink=True), b.get(k, getlink=True)
                    path = name + '/' + k if name else k
                    i, j = a.id.links.get_info(k.encode()), b.id.links.get_info(k.encode())
                    check((i.type, i.cset) == (j.type, j.cset), path)
                    if not isinstance(l, H.HardLink):
                        check((getattr(l, 'filename', None), l.path) == (getattr(m, 'filename', None), m.path), path)
                        continue
                    both(f, g, path, a[k], b[k])

            def both(f, g, name, a, b):
                x, y = addr(a.id), addr(b.id)
                if x in seen:
                    check(seen[x] == y, name)
                    return
                check(y not in seen.values(), name)
                seen[x] = y
                check(type(a) == type(b), name)
                attributes(f, g, name, a, b)
                if isinstance(a, H.Group):
                    group(f, g, name, a, b)
                elif isinstance(a, H.Dataset):
                    dataset(f, g, name, a, b)
                else:
                    check(a.id.equal(b.id), name)

            with H.File(sys.argv[1], 'r') as f, H.File(sys.argv[2], 'r') as g:
                both(f, g, '', f['/'], g['/'])
                print('same')
            """;

    private SameFiles() {}

    public static void assertSame(Path one, Path other) {
        assertSameHere(one, other);
        mustBeWhatJhdfReads(other);
        if (Python.isPresent()) {
            assertThat(Python.run(COMPARE, one, other)).isEqualToIgnoringWhitespace("same");
        }
        if (Tool.isPresent("h5diff")) {
            Tool.Answer answer = Tool.run("h5diff", "-c", one, other);
            assertThat(answer.output().lines())
                    .allMatch(line -> line.endsWith("is an empty dataset") || line.endsWith("is a virtual dataset"));
            assertThat(answer.status()).isZero();
        }
    }

    /** The same for files of newer formats than others here may know. */
    public static void assertSameHere(Path one, Path other) {
        ForeignComparison.Paths paths = ForeignComparison.assertSame(one, other);
        try (H5Source first = H5Source.open(one);
                H5Source second = H5Source.open(other)) {
            for (String path : paths.groups()) {
                assertThat(text(second.group(path).attributes()))
                        .as(path)
                        .isEqualTo(text(first.group(path).attributes()));
            }
            for (String path : paths.datasets()) {
                assertThat(shown(second.dataset(path))).as(path).isEqualTo(shown(first.dataset(path)));
            }
        }
    }

    /** {@link Contents} compares all that is read. */
    private static void mustBeWhatJhdfReads(Path file) {
        try {
            Contents.of(file, false, contents -> {
                contents.objects().forEach((path, node) -> {
                    if (node instanceof Dataset dataset) {
                        contents.elements(path, dataset);
                    }
                });
                return null;
            });
        } catch (Contents.Unreadable e) {
            // jHDF knows no file that has a reference to a region
        }
    }

    private static String shown(H5Dataset dataset) {
        String attributes = text(dataset.attributes());
        try {
            return attributes + text(dataset.fillValue()) + text(dataset.read());
        } catch (H5SchemaException e) { // Java has no value for it
            return attributes + e.expected();
        }
    }

    private static String text(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return new TreeMap<>(map)
                    .entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
                            .collect(Collectors.joining(", ", "{", "}"));
        } else if (value != null && value.getClass().isArray()) {
            return IntStream.range(0, Array.getLength(value))
                    .mapToObj(i -> text(Array.get(value, i)))
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        return String.valueOf(value);
    }
}
