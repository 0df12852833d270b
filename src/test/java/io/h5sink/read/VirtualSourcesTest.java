package io.h5sink.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.H5Exception;
import io.h5sink.H5ReadException;
import io.h5sink.H5Source;
import io.h5sink.judge.Python;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Virtual datasets are what h5py reads of them; their sources are looked at as other datasets are. */
class VirtualSourcesTest {

    /** Each with a copy, of the same name, that is not virtual; its slices are those of h5py. */
    private static final String MAPPINGS = """
            import h5py, numpy as np, os, sys
            at = lambda name: os.path.join(sys.argv[1], name)
            latest = dict(libver='latest')
            unlimited = h5py.h5s.UNLIMITED
            os.mkdir(at('parts'))

            def layout(name, shape, dtype, *mappings, maximum=None, fill=-7):
                dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                dcpl.set_fill_value(np.array(fill, dtype))
                for to, file, dataset, extents, most, of in mappings:
                    virtual = h5py.h5s.create_simple(shape, maximum or shape)
                    virtual.select_hyperslab(*to)
                    source = h5py.h5s.create_simple(extents, most)
                    if of:
                        source.select_hyperslab(*of)
                    dcpl.set_virtual(virtual, file.encode(), dataset.encode(), source)
                space = h5py.h5s.create_simple(shape, maximum or shape)
                h5py.h5d.create(f.id, name.encode(), h5py.h5t.py_create(np.dtype(dtype)), space, dcpl)

            more = dict(compression='gzip', shuffle=True)
            lzf = dict(compression='lzf', shuffle=True) # which not each HDF5 has
            for n in range(4):
                with h5py.File(at('parts/p%d.h5' % n), 'w', **latest if n % 2 else {}) as f:
                    f.create_dataset('line', data=np.arange(n * 100, n * 100 + 100), chunks=(7,), **lzf)
                    f.create_dataset('plain', data=np.arange(n * 100, n * 100 + 100))
                    f.create_dataset('g/grid', data=np.arange(60).reshape(5, 12) + n * 1000, chunks=(2, 5), **more)
                    f.create_dataset('growing', data=np.arange(10 + n) + n * 50, chunks=(4,), maxshape=(None,), **lzf)
                    f.create_dataset('b%d' % n, data=np.arange(6) + 10 * n, chunks=(4,), **lzf)
            with h5py.File(at('data.h5'), 'w', **latest) as f:
                f.create_dataset('own', data=np.arange(30) + 0.5, chunks=(4,), **lzf)
                line = [((100 * n,), (1,), None, (100,)) for n in range(4)]
                whole = ((100,), (100,), None)
                layout('joined', (400,), 'i8', *(
                    (line[n], 'parts/p%d.h5' % n, 'line', *whole) for n in range(4)))
                layout('gaps', (450,), 'i8', *(
                    (((110 * n + 3,), (1,), None, (100,)), 'parts/p%d.h5' % n, 'plain', *whole) for n in (0, 2, 3)))
                layout('missing', (300,), 'i8', (line[0], 'parts/p0.h5', 'line', *whole), (line[1], 'nowhere.h5', 'line', *whole),
                    (line[2], 'parts/p2.h5', 'nothing', *whole))
                layout('stack', (4, 5, 12), 'i8', *(
                    (((n, 0, 0), (1, 1, 1), None, (1, 5, 12)), 'parts/p%d.h5' % n, 'g/grid', (5, 12), (5, 12), None) for n in range(4)))
                layout('interleaved', (400,), 'i8', *(
                    (((n,), (100,), (4,)), 'parts/p%d.h5' % n, 'line', *whole) for n in range(4)))
                layout('blocks', (40,), 'i8', (((2,), (8,), (4,), (3,)), 'parts/p1.h5', 'line', (100,), (100,), ((5,), (12,), (8,), (2,))))
                layout('types', (30,), 'f4', (((0,), (1,), None, (30,)), '.', 'own', (30,), (30,), None))
                layout('bytes', (30,), '>i2', (((0,), (1,), None, (30,)), 'parts/p0.h5', 'line', (100,), (100,), ((60,), (1,), None, (30,))))
                layout('column', (5,), 'i8', (((0,), (1,), None, (5,)), 'parts/p3.h5', 'g/grid', (5, 12), (5, 12), ((0, 7), (1, 1), None, (5, 1))))
                layout('nested', (20,), 'i8', (((0,), (1,), None, (20,)), '.', 'interleaved', (400,), (400,), ((9,), (20,), (3,))))
                layout('growing', (12, 2), 'i8', *(
                    (((0, n), (unlimited, 1), (1, 1), (1, 1)), 'parts/p%d.h5' % (n + 1), 'growing', (11 + n,), (unlimited,), ((0,), (unlimited,), (1,), (1,))) for n in range(2)),
                    maximum=(unlimited, 2))
                layout('numbered', (24,), 'i8', (((0,), (unlimited,), (6,), (6,)), 'parts/p%b.h5', 'b%b', (6,), (6,), None), maximum=(unlimited,))
                layout('reshaped', (60,), 'i8', (((0,), (1,), None, (60,)), 'parts/p2.h5', 'g/grid', (5, 12), (5, 12), None))
            with h5py.File(at('data.h5'), **latest) as f, h5py.File(at('copy.h5'), 'w') as copy:
                for name in f:
                    copy[name] = f[name][...]
            """;

    @TempDir
    Path directory;

    @Test
    void allMappings() {
        Python.run(MAPPINGS, directory);
        try (H5Source virtual = H5Source.open(directory.resolve("data.h5"));
                H5Source copy = H5Source.open(directory.resolve("copy.h5"))) {
            assertThat(virtual.datasets()).hasSize(14);
            for (String name : virtual.datasets()) {
                assertThat(virtual.dataset(name).shape())
                        .as(name)
                        .isEqualTo(copy.dataset(name).shape());
                List<String> slices = switch (copy.dataset(name).shape().size()) {
                    case 1 -> List.of("...", "3", "2:5", "1::3", "-1", "4:-3:2", ":0");
                    case 2 -> List.of("...", "3", ":, 1", "::5", "2:11:4, ::2");
                    default -> List.of("...", "3", "1:3, 2", "::3, ::2, 5", ":, :, 3::4", "2, 4, 11");
                };
                for (String slice : slices) {
                    assertThat(virtual.dataset(name).slice(slice).read())
                            .as("%s[%s]", name, slice)
                            .isEqualTo(copy.dataset(name).slice(slice).read());
                }
            }
        }
    }

    /** Each virtual dataset takes elements from one with a chunk that inflates to a byte, where there should be two million. */
    private static final String CRAFT = """
            import h5py, numpy as np, os, sys, zlib
            n = 1 << 18
            with h5py.File(os.path.join(sys.argv[1], 'parts.h5'), 'w') as f:
                for name in 'bad', 'good':
                    f.create_dataset(name, data=np.arange(2 * n), chunks=(n,), compression='gzip')
                f.create_dataset('grid', data=np.arange(2 * n).reshape(2, n), chunks=(1, n), compression='gzip')
                f.create_dataset('texts', (2 * n,), h5py.string_dtype(), chunks=(n,), compression='gzip')
                f['texts'][::n] = 'text'
                for name in 'bad', 'texts':
                    f[name].id.write_direct_chunk((n,), zlib.compress(b'x'))
                f['grid'].id.write_direct_chunk((1, 0), zlib.compress(b'x'))
            with open(os.path.join(sys.argv[1], 'cut.h5'), 'wb') as f:
                f.write(open(os.path.join(sys.argv[1], 'parts.h5'), 'rb').read()[:3000])
            with h5py.File(os.path.join(sys.argv[1], 'data.h5'), 'w', libver='latest') as f:
                for name, file, dataset, shape in (('joined', 'parts.h5', 'bad', (2 * n,)), ('reshaped', 'parts.h5', 'grid', (2, n)),
                        ('cut', 'cut.h5', 'bad', (2 * n,)), ('whole', 'parts.h5', 'good', (2 * n,)), ('self', '.', 'self', (2 * n,))):
                    layout = h5py.VirtualLayout((2 * n,), 'i8')
                    layout[:] = h5py.VirtualSource(file, dataset, shape)
                    f.create_virtual_dataset(name, layout)
                layout = h5py.VirtualLayout((2 * n,), h5py.string_dtype())
                layout[:] = h5py.VirtualSource('parts.h5', 'texts', (2 * n,))
                f.create_virtual_dataset('texts', layout)
            """;

    private static final int CHUNK = 1 << 18;

    @Test
    void damagedSourcesAreSaid() {
        Python.run(CRAFT, directory);
        Path file = directory.resolve("data.h5");
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("joined").slice("5:8").read(long[].class)).containsExactly(5, 6, 7);
            for (String name : List.of("joined", "reshaped", "texts")) {
                assertThatThrownBy(() -> h5.dataset(name).slice(CHUNK + ":").read())
                        .as(name)
                        .isInstanceOf(H5ReadException.class)
                        .hasMessageMatching(".*data.h5: /" + name
                                + ": a part of it, \\w+ in parts.h5: it is damaged: the chunk at .*");
            }
            assertThatThrownBy(() -> h5.dataset("cut").slice("3").read())
                    .isInstanceOf(H5Exception.class)
                    .hasMessageContaining("a part of it, bad in cut.h5: it is truncated");
            assertThatThrownBy(() -> h5.dataset("self").slice("3").read())
                    .isInstanceOf(H5ReadException.class)
                    .hasMessageContaining("more than 8 virtual datasets lead to it");
        }
        try (H5Source h5 = H5Source.update(file)) {
            h5.dataset("whole").slice(CHUNK + 1 + "").write(-1);
            h5.dataset("joined").slice("3").write(-1);
            assertThat(h5.dataset("joined").slice("2:5").read(long[].class)).containsExactly(2, -1, 4);
            assertThat(h5.dataset("whole").slice(CHUNK + ":" + (CHUNK + 3)).read(long[].class))
                    .containsExactly(CHUNK, -1, CHUNK + 2);
            for (String name : List.of("joined", "reshaped")) {
                assertThatThrownBy(
                                () -> h5.dataset(name).slice("2:" + (CHUNK + 5)).write(-2))
                        .as(name)
                        .isInstanceOf(H5ReadException.class)
                        .hasMessageContaining("it is damaged");
            }
            assertThat(h5.dataset("joined").slice("2:5").read(long[].class)).containsExactly(2, -1, 4);
        }
    }
}
