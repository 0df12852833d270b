package io.h5sink.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.Supplier;

/** A file as xarray sees it, and its dimension scales as h5py does. */
public final class Xarray {

    private Xarray() {}

    /** Opens a group without any option, and shows expressions of the data set {@code ds}, one a line. */
    public static String show(Path file, String group, String expressions) {
        Python.require("xarray", "h5netcdf");
        return Python.run("""
                import sys, warnings, xarray
                with warnings.catch_warnings():
                    warnings.simplefilter('error')
                    with xarray.open_dataset(sys.argv[1], engine='h5netcdf', group=sys.argv[2]) as ds:
                        for shown in eval('[' + sys.argv[3] + ']'):
                            print(shown)
                """, file, group, expressions);
    }

    /** The same, which must be what is expected, where there is an xarray. */
    public static void mustShow(Path file, String group, String expressions, String expected) {
        if (isPresent()) {
            assertThat(show(file, group, expressions)).isEqualTo(expected);
        }
    }

    private static boolean isPresent() {
        return Python.isPresent() && Python.hasAll("xarray", "h5netcdf");
    }

    /**
     * Each variable of a group, with its axes, type and values, sorted by name: {@code value(time) float64 [0.5, 1.0]}. Those that
     * are coordinates have a star before. Values are decoded: times, and numbers that are missing.
     */
    public static String variables(Path file, String group) {
        Supplier<String> inside = () -> Variables.of(file, group);
        return isPresent() ? Inside.judged(file, inside, () -> show(file, group, """
                *('%s%s(%s) %s %s' % ('* ' * (name in ds.coords), name, ', '.join(v.dims), v.dtype,
                    (v.values.astype('M' in v.dtype.kind and 'U' or v.dtype)).tolist())
                    for name, v in sorted(ds.variables.items()))
                """)) : inside.get();
    }

    /** All scales and what they label, which they must say themselves if they say anything; and all datasets that have scales. */
    public static String scales(Path file) {
        return Inside.judged(file, () -> Inside.scales(file), () -> h5pyScales(file));
    }

    private static String h5pyScales(Path file) {
        return Python.run("""
                import h5py, sys
                labelled = {}
                def collect(name, thing):
                    for axis, refs in enumerate(thing.attrs.get('DIMENSION_LIST', [])):
                        for ref in refs:
                            labelled.setdefault(f[ref].name, []).append((thing.name, axis))
                def show(name, thing):
                    if not isinstance(thing, h5py.Dataset):
                        return
                    if h5py.h5ds.is_scale(thing.id):
                        uses = sorted(labelled.get(thing.name, []))
                        print(thing.name, 'is a scale of', ', '.join('%s %d' % use for use in uses))
                        if 'REFERENCE_LIST' in thing.attrs:
                            assert uses == sorted((f[ref].name, axis) for ref, axis in thing.attrs['REFERENCE_LIST'])
                    elif 'DIMENSION_LIST' in thing.attrs:
                        print(thing.name + ':', *(dim[0].name for dim in thing.dims))
                        assert all(len(dim) == 1 for dim in thing.dims)
                with h5py.File(sys.argv[1], 'r') as f:
                    f.visititems(collect)
                    f.visititems(show)
                """, file);
    }
}
