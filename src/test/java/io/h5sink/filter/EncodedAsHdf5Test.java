package io.h5sink.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.filter.codec.Scratch;
import io.h5sink.judge.Python;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java encodes a chunk to the bytes to which HDF5 encodes the chunk, with filters in any order. */
class EncodedAsHdf5Test {

    /** Makes a dataset of one chunk for each line: name, filters, mask, chunk and stored chunk. */
    private static final String MAKE = """
            import sys, numpy as np, h5py
            from h5py import h5p, h5s, h5t, h5d, h5z, h5f
            rng = np.random.default_rng(5)
            f = h5py.File(sys.argv[1], 'w')
            count = 0

            def make(what, data, tid, filters, fill=None):
                global count
                count += 1
                dcpl = h5p.create(h5p.DATASET_CREATE)
                dcpl.set_chunk((len(data),))
                if fill is not None:
                    dcpl.set_fill_value(np.array(fill, data.dtype))
                for each in filters:
                    each(dcpl)
                space = h5s.create_simple((len(data),))
                d = h5d.create(f.id, b'%d' % count, tid, space, dcpl)
                d.write(h5s.ALL, h5s.ALL, data, tid)
                d.close()
                d = h5d.open(f.id, b'%d' % count)
                dcpl = d.get_create_plist()
                words = []
                for i in range(dcpl.get_nfilters()):
                    id, flags, values, name = dcpl.get_filter(i)
                    words.append(' '.join(map(str, (id, flags) + tuple(values))))
                mask, stored = d.read_direct_chunk((0,))
                print(what, ','.join(words), mask, data.tobytes().hex(), stored.hex(), sep='|')

            so = lambda bits: lambda p: p.set_scaleoffset(h5z.SO_INT, bits)
            dec = lambda digits: lambda p: p.set_scaleoffset(h5z.SO_FLOAT_DSCALE, digits)
            nbit = lambda p: p.set_filter(h5z.FILTER_NBIT, h5z.FLAG_OPTIONAL, ())
            shuffle = lambda p: p.set_shuffle()
            gzip = lambda p: p.set_deflate(0)
            sum = lambda p: p.set_fletcher32()
            lzf = lambda p: p.set_filter(32000, h5z.FLAG_OPTIONAL, ())

            for order in '<', '>':
                for kind in 'i1 u1 i2 u2 i4 u4 i8 u8'.split():
                    t = np.dtype(order + kind)
                    info = np.iinfo(t)
                    low = rng.integers(info.min, info.max, 1, dtype=t.newbyteorder('='))[0]
                    for name, data in (
                            ('any', rng.integers(info.min, info.max, 57, dtype=t.newbyteorder('='), endpoint=True)),
                            ('few', rng.integers(3, 99, 40)),
                            ('same', np.full(13, 7)),
                            ('zeros', np.zeros(13)),
                            ('ends', np.array([info.min, info.max, 0, 5], t)),
                            ('near', np.array([info.min, info.max - 1, 1, 5], t)),
                            ('nearer', np.array([info.min + 1, info.max - 2, 1, 5], t)),
                            ('some', np.where(rng.random(64) < 0.3, 0, rng.integers(20, 35, 64)))):
                        data = data.astype(t)
                        tid = h5t.py_create(t)
                        for fill in None, 7:
                            make(name + str(t), data, tid, [so(0)], fill)
                            if name in ('few', 'same', 'zeros', 'some') and t.itemsize > 1:
                                make(name + str(t) + 'p', data, tid, [so(9)], fill)
                        make(name + str(t) + 'g', data, tid, [shuffle, so(0), sum][name == 'any':], None)
            for order in '<', '>':
                for kind in 'f4 f8'.split():
                    t = np.dtype(order + kind)
                    for name, data in (
                            ('any', rng.normal(0, 100, 77)),
                            ('few', rng.integers(-5, 5, 40) / 8),
                            ('same', np.full(13, 2.5)),
                            ('zeros', np.zeros(13)),
                            ('huge', np.array([1e30, -1e30, 5])),
                            ('some', np.where(rng.random(64) < 0.3, -9, rng.normal(3, 1, 64)))):
                        data = data.astype(t)
                        tid = h5t.py_create(t)
                        for digits in 0, 2, 3:
                            for fill in None, -9:
                                make(name + str(t) + str(digits), data, tid, [dec(digits)], fill)
            for size in 1, 2, 4, 8:
                for order in (h5t.ORDER_LE, h5t.ORDER_BE):
                    for bits, offset in ((1, 0), (5, 2), (8 * size - 3, 1), (8 * size - 1, 0), (8 * size, 0), (8, 0)):
                        tid = {1: h5t.STD_U8LE, 2: h5t.STD_U16LE, 4: h5t.STD_U32LE, 8: h5t.STD_U64LE}[size].copy()
                        tid.set_order(order)
                        tid.set_precision(bits)
                        tid.set_offset(offset)
                        data = rng.integers(0, 2 ** bits, 31, dtype='u8') << np.uint64(offset)
                        data = data.astype(('<' if order == h5t.ORDER_LE else '>') + 'u%d' % size)
                        for filters in [nbit], [nbit, shuffle, sum]:
                            try:
                                make('nbit%d-%d-%d' % (size, bits, offset), data, tid, filters)
                            except ValueError: # HDF5 2.0 makes no numbers that are mostly padding
                                pass
            data = rng.integers(0, 9, 400).astype('<i4')
            tid = h5t.py_create(data.dtype)
            for name, filters in (
                    ('sum-shuffle', [sum, shuffle]), ('gzip-shuffle', [gzip, shuffle]), ('sum-gzip', [sum, gzip]),
                    ('gzip-sum-shuffle', [gzip, sum, shuffle]),
                    ('sum-shuffle-gzip', [sum, shuffle, gzip])):
                make(name, data, tid, filters)
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void pythonIsThere() {
        Python.require("h5py");
    }

    private static List<Filter> filters(String words) {
        return Stream.of(words.split(",", -1))
                .map(each -> Stream.of(each.split(" "))
                        .map(Integer::parseUnsignedInt)
                        .toList())
                .map(numbers -> new Filter(numbers.get(0), numbers.get(1), numbers.subList(2, numbers.size())))
                .toList();
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    @Test
    void asHdf5Does() {
        List<String> lines =
                Python.run(MAKE, directory.resolve("made.h5")).lines().toList();
        assertThat(lines).hasSizeGreaterThan(400);
        try (Scratch scratch = new Scratch()) {
            for (String line : lines) {
                String[] words = line.split("\\|", -1);
                List<Filter> filters = filters(words[1]);
                byte[] raw = HexFormat.of().parseHex(words[3]);
                FilterPipeline pipeline = FilterPipeline.encoding(filters, raw.length, FilterLibrary.NONE);
                ByteBuffer out = ByteBuffer.allocateDirect(pipeline.bound());
                ByteBuffer chunk = direct(raw);
                int mask = pipeline.encode(chunk, out, scratch);
                String stored = HexFormat.of().formatHex(Samples.bytes(out.flip()));

                assertThat(chunk.hasRemaining()).isFalse();
                assertThat(Samples.bytes(chunk.flip())).as(line).isEqualTo(raw);
                if (filters.stream()
                        .noneMatch(filter -> filter.id() == Filter.GZIP)) { // whose output depends on the zlib
                    assertThat(mask + "|" + stored).as(line).isEqualTo(words[2] + "|" + words[4]);
                }
                ByteBuffer ours = pipeline.decode(direct(HexFormat.of().parseHex(stored)), mask, raw.length, scratch);
                byte[] decoded = Samples.bytes(ours);
                ByteBuffer theirs = pipeline.decode(
                        direct(HexFormat.of().parseHex(words[4])), Integer.parseInt(words[2]), raw.length, scratch);
                assertThat(decoded).as(line).isEqualTo(Samples.bytes(theirs));
                if (!words[1].startsWith("6 1 0 ")) { // numbers with decimals are rounded
                    assertThat(decoded).as(line).isEqualTo(raw);
                }
            }
        }
    }
}
