package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks of HDF5's own n-bit and scale-offset give what h5py reads of them, and damaged ones an error. */
class PackedNumbersTest {

    /** Beside each dataset that is packed one with what h5py reads of it. */
    private static final String BEGIN = """
            import ctypes, h5py, numpy as np, sys
            T, Z, P = h5py.h5t, h5py.h5z, h5py.h5p
            rng = np.random.default_rng(11)
            f = h5py.File(sys.argv[1], 'w', libver=sys.argv[2])
            plain, packed = f.create_group('plain'), f.create_group('packed')

            def put(name, type, dcpl, values, chunk):
                space = h5py.h5s.create_simple(values.shape)
                dcpl.set_chunk(chunk)
                d = h5py.h5d.create(packed.id, name.encode(), type, space, dcpl)
                d.write(h5py.h5s.ALL, h5py.h5s.ALL, values, type)
                d = None # h5py would read what it has not packed yet
                d = h5py.h5d.open(packed.id, name.encode())
                for i in range(d.get_num_chunks()):
                    assert d.get_chunk_info(i).filter_mask == 0, name
                read = np.zeros(values.shape, values.dtype)
                d.read(h5py.h5s.ALL, h5py.h5s.ALL, read, type)
                h5py.h5d.create(plain.id, name.encode(), type, space).write(h5py.h5s.ALL, h5py.h5s.ALL, read, type)
            """;

    private static final String SCALED = """
            maps = open('/proc/self/maps').read().split() if sys.platform == 'linux' else []
            library = next((m for m in maps if m.split('/')[-1].startswith('libhdf5') and '_hl' not in m), None)

            def storage(kind, factor, fill, dtype, more):
                dcpl = P.create(P.DATASET_CREATE)
                if fill == 'undefined': # h5py has no function for it
                    set_fill_value = ctypes.CDLL(library).H5Pset_fill_value
                    set_fill_value.argtypes = ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p
                    assert set_fill_value(dcpl.id, T.py_create(dtype).id, None) >= 0
                elif fill is not None:
                    dcpl.set_fill_value(np.array(fill, dtype))
                dcpl.set_filter(Z.FILTER_SCALEOFFSET, Z.FLAG_OPTIONAL, (kind, factor & 0xffffffff)) # h5py takes no negative scale
                if more:
                    dcpl.set_shuffle()
                    dcpl.set_deflate(4)
                return dcpl

            n = 0
            for size in 1, 2, 4, 8:
                for order in ('<', '>') if size > 1 else ('<',):
                    for sign in 'iu':
                        dtype = np.dtype('%s%s%d' % (order, sign, size))
                        info = np.iinfo(dtype)
                        bits = 8 * size
                        for fill in None, 3, info.max, 'undefined' if library else None:
                            for span in 0, 1, 6, 100, info.max // 5, info.max:
                                low = int(rng.integers(info.min, max(info.max - span, info.min + 1), dtype=dtype.newbyteorder('=').type))
                                high = min(low + span, info.max)
                                values = rng.integers(low, high, 61, dtype=dtype.newbyteorder('=').type, endpoint=True).astype(dtype)
                                values[:20] = low # so that the first chunk is all equal
                                if fill not in (None, 'undefined'):
                                    values[20:50:3] = fill
                                if span == info.max:
                                    values[40:42] = info.min, info.max
                                n += 1
                                for factor in {0, bits, min(bits - 1, span.bit_length() + 1)}:
                                    name = '%s%s%d fill %s span %d bits %d' % ('lb'[order == '>'], sign, size, fill, span, factor)
                                    put(name, T.py_create(dtype), storage(Z.SO_INT, factor, fill, dtype, n % 3 == 0), values, (20,))
            for dtype in map(np.dtype, ('<f4', '>f4', '<f8', '>f8')):
                for fill in None, -1.25, 'undefined' if library else None:
                    for scale in -30, -3, -1, 0, 1, 2, 5, 7, 11, 15, 23, 30:
                        for span in 0, 1e-3, 1, 1e3, 1e9:
                            n += 1
                            values = (rng.normal() * 100 + rng.random(61) * span).astype(dtype)
                            values[:20] = values[0]
                            if abs(values).max() * 10.0**scale > 1e37 and dtype.itemsize == 4:
                                continue # which HDF5 packs into more bits than there are
                            if fill == -1.25:
                                values[20:50:3] = fill
                            name = '%s fill %s scale %d span %g' % (dtype.str[1:] + 'lb'[dtype.str[0] == '>'], fill, scale, span)
                            put(name, T.py_create(dtype), storage(Z.SO_FLOAT_DSCALE, scale, fill, dtype, n % 3 == 0), values, (20,))
            f.close()
            """;

    private static final String BITS = H5pyTypes.FUNCTIONS + """
            def real(base, offset, exponent, mantissa):
                t = base.copy()
                t.set_fields(offset + exponent + mantissa, offset + mantissa, exponent, offset, mantissa)
                size = t.get_size()
                t.set_offset(offset)
                t.set_precision(1 + exponent + mantissa)
                t.set_size(size)
                return t

            text = T.C_S1.copy()
            text.set_size(5)
            opaque = T.create(T.OPAQUE, 3)
            opaque.set_tag(b'bytes')
            enum = T.enum_create(T.STD_I16BE)
            for i in range(4):
                enum.enum_insert(b'ABCD'[i:i + 1], i)
            i4 = odd(T.STD_I32LE, 4, 13, 7)
            point = compound(30, ('x', 2, real(T.IEEE_F32BE, 3, 8, 15)), ('n', 9, odd(T.STD_I16LE, 2, 9, 7)),
                ('s', 12, text), ('o', 19, opaque), ('e', 23, enum), ('c', 28, T.STD_U8LE))
            types = dict(point=point, i4array=T.array_create(i4, (2, 3)), points=T.array_create(point, (2,)),
                arrays=T.array_create(T.array_create(odd(T.STD_U16BE, 2, 5, 6), (3,)), (2,)),
                texts=compound(24, ('t', 3, T.array_create(text, (3,))), ('i', 20, i4)),
                nested=compound(130, ('p', 1, point), ('a', 40, T.array_create(point, (2,))), ('l', 110, odd(T.STD_I64BE, 8, 33, 15))),
                rows=compound(60, ('n', 1, i4), ('a', 8, T.array_create(T.array_create(odd(T.STD_U16BE, 2, 5, 6), (3,)), (4,))),
                    ('m', 33, odd(T.STD_I16LE, 2, 9, 7)), ('l', 40, i4)),
                ends=compound(90, ('c', 2, compound(66, ('p', 1, point))), ('i', 80, i4)),
                inner=compound(90, ('c', 2, compound(66, ('a', 3, T.array_create(compound(20, ('i', 1, i4), ('m', 9, i4)), (3,))))),
                    ('i', 70, i4), ('m', 80, i4)),
                only=text, full=T.STD_I32BE, named=enum, bitfield=T.STD_B16BE, f8=real(T.IEEE_F64LE, 9, 11, 31),
                f8be=real(T.IEEE_F64BE, 1, 11, 40), f4=real(T.IEEE_F32LE, 5, 6, 13))
            for size, bases in {1: (T.STD_I8LE, T.STD_U8BE), 2: (T.STD_I16LE, T.STD_U16BE), 3: (T.STD_U32LE, T.STD_I32BE),
                    4: (T.STD_I32LE, T.STD_U32BE), 5: (T.STD_I64LE, T.STD_U64BE), 8: (T.STD_U64LE, T.STD_I64BE, T.STD_I64LE)}.items():
                for base in bases:
                    for bits, offset in {(1, 0), (1, 8 * size - 1), (8 * size - 1, 0), (8 * size - 1, 1), (3, 2), (4 * size, 4 * size),
                            (8 * size - 5, 3), (5 * size, size), (8 * size // 2 + 1, 1), (8 * size, 0)}:
                        sign = 'i' if base.get_sign() else 'u'
                        order = 'lb'[base.get_order() == T.ORDER_BE]
                        types['%s%s%d bits %d from %d' % (order, sign, size, bits, offset)] = odd(base, size, bits, offset)
            n = 0
            for name, type in types.items():
                n += 1
                raw = rng.integers(0, 256, (7, 11, type.get_size()), dtype='u1')
                if name == 'only':
                    raw = raw % 26 + 97
                elif name == 'named':
                    raw = raw % 4 * np.array([0, 1], 'u1')
                elif name in ('point', 'points', 'nested', 'texts', 'ends'):
                    for at, end in dict(point=[(12, 17)], points=[(12, 17), (42, 47)], nested=[(13, 18), (52, 57), (82, 87)],
                            texts=[(3, 18)], ends=[(15, 20)])[name]:
                        raw[..., at:end] = raw[..., at:end] % 26 + 97
                    for at in dict(point=[23], points=[23, 53], nested=[24, 63, 93], texts=[], ends=[26])[name]:
                        raw[..., at:at + 2] = raw[..., at:at + 2] % 4 * np.array([0, 1], 'u1')
                dcpl = P.create(P.DATASET_CREATE)
                dcpl.set_filter(Z.FILTER_NBIT, Z.FLAG_OPTIONAL, ())
                if n % 3 == 0:
                    dcpl.set_deflate(4)
                values = np.frombuffer(raw.tobytes(), 'V%d' % type.get_size()).reshape(7, 11)
                put(name, type, dcpl, values, (3, 4))
            f.close()
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"earliest", "latest"})
    void scaleOffset(String version) {
        assertReadAsByH5py(SCALED, version, 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"earliest", "latest"})
    void nBit(String version) {
        assertReadAsByH5py(BITS, version, 100);
    }

    private void assertReadAsByH5py(String script, String version, int least) {
        Path file = directory.resolve("data.h5");
        Python.run(BEGIN + script, file, version);
        try (H5Source h5 = H5Source.open(file)) {
            List<String> names = h5.group("packed").datasets();
            assertThat(names).hasSizeGreaterThan(least);
            for (String name : names) {
                assertThat(UnpackedChunksTest.outcome(
                                h5.dataset("packed/" + name).slice("...")))
                        .as(name)
                        .isEqualTo(UnpackedChunksTest.outcome(
                                h5.dataset("plain/" + name).slice("...")));
            }
        }
    }

    /** Of members of variable length the place is packed, too. */
    @Test
    void membersThatAreElsewhere() {
        Path file = directory.resolve("data.h5");
        Python.run("""
                import h5py, numpy as np, sys
                text = h5py.string_dtype()
                odd = h5py.h5t.STD_I16LE.copy()
                odd.set_precision(12)
                row = h5py.h5t.create(h5py.h5t.COMPOUND, 20)
                row.insert(b'n', 1, odd)
                row.insert(b't', 4, h5py.h5t.py_create(text, logical=True))
                rows = np.zeros(10, [('n', 'i2'), ('t', text)])
                rows['n'] = np.arange(10) - 5
                rows['t'] = ['text %d' % i for i in range(10)]
                with h5py.File(sys.argv[1], 'w') as f:
                    for name in 'plain', 'packed':
                        dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                        dcpl.set_chunk((4,))
                        if name == 'packed':
                            dcpl.set_filter(h5py.h5z.FILTER_NBIT, h5py.h5z.FLAG_OPTIONAL, ())
                        d = h5py.Dataset(h5py.h5d.create(f.id, name.encode(), row, h5py.h5s.create_simple((10,)), dcpl))
                        d[...] = rows
                    assert d.id.get_chunk_info(0).filter_mask == 0 and d.id.get_chunk_info(0).size < 4 * 28
                """, file);
        try (H5Source h5 = H5Source.open(file)) {
            Object plain = UnpackedChunksTest.outcome(h5.dataset("plain").slice("..."));
            assertThat(plain).asString().contains("-5", "text 9");
            assertThat(UnpackedChunksTest.outcome(h5.dataset("packed").slice("...")))
                    .isEqualTo(plain);
        }
    }

    /** The good ones beside them are read, and replaced. */
    @ParameterizedTest
    @ValueSource(strings = {"earliest", "latest"})
    void damagedChunksAreRefused(String version) throws IOException {
        Path file = directory.resolve("data.h5");
        Python.run("""
                import h5py, numpy as np, sys
                with h5py.File(sys.argv[1], 'w', libver=sys.argv[2]) as f:
                    twelve = h5py.h5t.STD_I16BE.copy()
                    twelve.set_precision(12)
                    for filter, length in ('scale', 21 + 10), ('bits', 48):
                        for what in 'good', 'byte', 'head', 'cut', 'many', 'more':
                            dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                            dcpl.set_chunk((32,))
                            if filter == 'scale':
                                dcpl.set_scaleoffset(h5py.h5z.SO_INT, 0)
                            else:
                                dcpl.set_filter(h5py.h5z.FILTER_NBIT, h5py.h5z.FLAG_OPTIONAL, ())
                            type = h5py.h5t.STD_I16BE if filter == 'scale' else twelve
                            d = h5py.h5d.create(f.id, (filter + '-' + what).encode(), type, h5py.h5s.create_simple((64,)), dcpl)
                            values = np.arange(64, dtype='>i2') % 32 % 4 + 100
                            d.write(h5py.h5s.ALL, h5py.h5s.ALL, values.astype('>i2'), type)
                            mask, chunk = d.read_direct_chunk((0,))
                            assert mask == 0 and length <= len(chunk) <= length + 4, (mask, len(chunk))
                            crafted = dict(byte=b'x', head=chunk[:20], cut=chunk[:length - 1],
                                many=b'\\x11' + chunk[1:] if filter == 'scale' else chunk[:21], more=chunk + b'more')
                            if what != 'good':
                                d.write_direct_chunk((32,), crafted[what])
                """, file, version);
        byte[] before = Files.readAllBytes(file);
        int[] values = {100, 101, 102, 103};
        try (H5Source h5 = H5Source.update(file)) {
            for (String name : h5.datasets()) {
                H5Dataset dataset = h5.dataset(name);
                assertThat(dataset.slice("28:32").read(int[].class)).as(name).isEqualTo(values);
                if (name.endsWith("good") || name.endsWith("more")) {
                    assertThat(dataset.slice("60:").read(int[].class)).as(name).isEqualTo(values);
                    continue;
                }
                String damaged = file + ": /" + name + ": it is damaged: the chunk at [32]: ";
                assertThatThrownBy(dataset::read)
                        .as(name)
                        .isInstanceOf(H5ReadException.class)
                        .hasMessageStartingWith(damaged)
                        .hasMessageContaining("expected");
                assertThatThrownBy(() -> dataset.slice("31:33").write(7))
                        .as(name)
                        .isInstanceOf(H5ReadException.class)
                        .hasMessageStartingWith(damaged);
            }
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        try (H5Source h5 = H5Source.update(file)) {
            for (String name : List.of("scale-good", "bits-good")) {
                h5.dataset(name).slice("31:33").write(new int[] {7, -8});
            }
        }
        Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1]) as f:
                    for name in 'scale-good', 'bits-good':
                        assert list(f[name][30:35]) == [102, 7, -8, 101, 102], f[name][30:35]
                """, file);
    }

    /** Which h5py does not make: client values that are for other chunks, with which HDF5 would read and write where nothing is. */
    @Test
    void craftedClientValuesAreRefused() {
        Python.run("""
                import h5py, numpy as np, struct, sys
                twelve = h5py.h5t.STD_I16BE.copy()
                twelve.set_precision(12)
                crafted = dict(
                    scale=[(2, 33), (2, 1 << 20), (2, 1 << 31), (2, 31), (0, 0), (3, 1), (3, 2), (4, 3), (4, 4), (4, 0), (4, 1 << 31), (1, 99)],
                    bits=[(2, 33), (2, 1 << 20), (2, 1 << 31), (2, 31), (3, 0), (3, 2), (3, 3), (4, 4), (4, 0), (6, 200), (6, 0), (7, 5), (7, 1 << 31)])
                values = dict(scale=[2, 0, 32, 0, 2, 1, 1], bits=[8, 0, 32, 1, 2, 1, 12, 0])
                for filter in crafted:
                    for n, (at, value) in enumerate(crafted[filter]):
                        for rows in 0, 64:
                            name = '%s/%s-%d-%d.h5' % (sys.argv[1], filter, n, rows)
                            with h5py.File(name, 'w') as f:
                                dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                                dcpl.set_chunk((32,))
                                if filter == 'scale':
                                    dcpl.set_scaleoffset(h5py.h5z.SO_INT, 0)
                                else:
                                    dcpl.set_filter(h5py.h5z.FILTER_NBIT, h5py.h5z.FLAG_OPTIONAL, ())
                                type = h5py.h5t.STD_I16BE if filter == 'scale' else twelve
                                space = h5py.h5s.create_simple((64,), (h5py.h5s.UNLIMITED,))
                                d = h5py.Dataset(h5py.h5d.create(f.id, b'a', type, space, dcpl))
                                if rows:
                                    d[...] = np.arange(64) % 32 + 100
                            with open(name, 'r+b') as f:
                                data = f.read()
                                place = data.index(struct.pack('<%dI' % len(values[filter]), *values[filter])) + 4 * at
                                f.seek(place)
                                f.write(struct.pack('<I', value))
                """, directory);
        for (Path file : Specimens.in(directory)) {
            String damaged = file + ": /a: it is damaged: its chunks cannot be packed: ";
            try (H5Source h5 = H5Source.update(file)) {
                H5Dataset a = h5.dataset("a");
                for (String slice : List.of("3", ":32", "...")) {
                    assertThatThrownBy(() -> a.slice(slice).write(7))
                            .as("%s[%s]", file, slice)
                            .isInstanceOf(H5ReadException.class)
                            .hasMessageStartingWith(damaged)
                            .hasMessageContaining("expected");
                }
                try {
                    assertThat(a.slice(":32").read(int[].class)).hasSize(32);
                } catch (H5ReadException e) { // it depends on whether all is there that the values ask for
                    assertThat(e).as("%s", file).hasMessageContaining(": /a: it is damaged: ");
                }
            }
        }
    }
}
