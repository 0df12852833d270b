package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

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
            for n in range(4):
                with h5py.File(at('parts/p%d.h5' % n), 'w', **latest if n % 2 else {}) as f:
                    f.create_dataset('line', data=np.arange(n * 100, n * 100 + 100), chunks=(7,), **more)
                    f.create_dataset('plain', data=np.arange(n * 100, n * 100 + 100))
                    f.create_dataset('g/grid', data=np.arange(60).reshape(5, 12) + n * 1000, chunks=(2, 5), **more)
                    f.create_dataset('growing', data=np.arange(10 + n) + n * 50, chunks=(4,), maxshape=(None,), **more)
                    f.create_dataset('b%d' % n, data=np.arange(6) + 10 * n, chunks=(4,), **more)
            with h5py.File(at('data.h5'), 'w', **latest) as f:
                f.create_dataset('own', data=np.arange(30) + 0.5, chunks=(4,), **more)
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
}
