package io.h5sink.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Dataset;
import io.h5sink.H5Slice;
import io.h5sink.H5Source;
import io.h5sink.judge.Python;
import io.h5sink.testing.Seeds;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever h5py has written is read as h5py reads it, whole and in slices. */
class SourcePropertiesTest {

    /**
     * Writes datasets of random types, shapes, chunks and filters, and prints of each and of a slice of it all elements: integers in
     * decimal digits, the bits of other numbers and the bytes of text in hexadecimal ones.
     */
    private static final String WRITE = """
            import random, sys, h5py, numpy as np
            r = random.Random(int(sys.argv[2]))
            rng = np.random.default_rng(int(sys.argv[2]))

            def values(kind, shape):
                n = int(np.prod(shape, dtype=int))
                if kind == 'text':
                    return np.array([''.join(r.choices('aé😀 ', k=r.randrange(6))) for _ in range(n)], object).reshape(shape)
                if kind == 'bool':
                    return rng.integers(0, 2, n).astype(bool).reshape(shape)
                raw = rng.integers(0, 256, n * np.dtype(kind).itemsize, dtype='u1').tobytes()
                return np.frombuffer(raw, kind).reshape(shape)

            def reported(a):
                if a.dtype == object:
                    return ' '.join('t' + (s if isinstance(s, str) else s.decode()).encode().hex() for s in a.flat)
                if a.dtype == bool:
                    return ' '.join('b%d' % x for x in a.flat)
                if a.dtype.kind in 'iu':
                    return ' '.join('i%d' % x for x in a.flat)
                return ' '.join('f%016x' % int(np.float64(x).view('u8')) if x == x else 'fnan' for x in a.flat)

            def index(n):
                if n and r.random() < 0.3:
                    return r.randrange(-n, n)
                return slice(r.choice([None, r.randrange(-n - 1, n + 2)]), r.choice([None, r.randrange(-n - 1, n + 2)]),
                             r.choice([None, 1, 2, 3]))

            def text(i):
                return str(i) if isinstance(i, int) else ':'.join('' if x is None else str(x) for x in (i.start, i.stop, i.step))

            with h5py.File(sys.argv[1], 'w', libver=r.choice([('earliest', 'v108'), ('v110', 'v110')])) as f:
                for d in range(12):
                    kind = r.choice(['text', 'bool', *(o + k for o in '<>' for k in 'i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8'.split())])
                    shape = tuple(r.randrange(0 if r.random() < 0.1 else 1, 9) for _ in range(r.randrange(4)))
                    options = {}
                    if shape and min(shape) and r.random() < 0.7:
                        options['chunks'] = tuple(r.randrange(1, n + 1) for n in shape)
                        if r.random() < 0.5:
                            options['maxshape'] = tuple(r.choice([n, None]) for n in shape)
                        if kind != 'text':
                            options['compression'] = r.choice([None, 'gzip', 'lzf'])
                            options['shuffle'] = r.random() < 0.5
                            options['fletcher32'] = r.random() < 0.3
                    dtype = h5py.string_dtype() if kind == 'text' else kind
                    a = values(kind, shape)
                    name = r.choice(['', 'group/', 'group/deep er/']) + 'd%d' % d
                    dataset = f.create_dataset(name, shape, dtype, data=a, **options)
                    at = tuple(index(n) for n in shape)
                    part = np.asarray(a[at] if shape else a, a.dtype)
                    print(name, str(shape), ', '.join(map(text, at)) or '...', reported(a), reported(part), str(part.shape), sep='\\t')
            """;

    @TempDir
    Path directory;

    @Test
    void datasets() {
        Path file = directory.resolve("data.h5");
        Seeds.each(100, random -> {
            Map<String, String[]> expected = new TreeMap<>();
            Python.run(WRITE, file, random.nextInt(1_000_000_007))
                    .lines()
                    .forEach(line -> expected.put(line.substring(0, line.indexOf('\t')), line.split("\t", -1)));
            try (H5Source h5 = H5Source.open(file)) {
                expected.forEach((name, reported) -> {
                    H5Dataset dataset = h5.dataset(name);
                    assertThat(python(dataset.shape())).as(name).isEqualTo(reported[1]);
                    assertThat(reported(dataset.read())).as(name).isEqualTo(reported[3]);
                    H5Slice slice = dataset.slice(reported[2]);
                    assertThat(python(slice.shape()))
                            .as("%s[%s]", name, reported[2])
                            .isEqualTo(reported[5]);
                    assertThat(reported(slice.read()))
                            .as("%s[%s]", name, reported[2])
                            .isEqualTo(reported[4]);
                });
            }
        });
    }

    private static String python(List<Long> shape) {
        String inner = shape.toString().replaceAll("[\\[\\]]", "");
        return "(" + inner + (shape.size() == 1 ? "," : "") + ")";
    }

    private static String reported(Object value) {
        List<String> words = new ArrayList<>();
        report(value, words);
        return String.join(" ", words);
    }

    private static void report(Object value, List<String> words) {
        if (value.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(value); i++) {
                report(Array.get(value, i), words);
            }
        } else {
            words.add(word(value));
        }
    }

    private static String word(Object value) {
        if (value instanceof String text) {
            StringBuilder word = new StringBuilder("t");
            for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
                word.append(String.format("%02x", b));
            }
            return word.toString();
        } else if (value instanceof Boolean flag) {
            return flag ? "b1" : "b0";
        } else if (value instanceof BigInteger || !(value instanceof Float || value instanceof Double)) {
            return "i" + value;
        }
        double number = ((Number) value).doubleValue();
        return Double.isNaN(number) ? "fnan" : String.format("f%016x", Double.doubleToLongBits(number));
    }
}
