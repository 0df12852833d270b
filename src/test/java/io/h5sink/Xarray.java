package io.h5sink;

import java.nio.file.Path;

/** A file as xarray sees it, and its dimension scales as h5py does. */
final class Xarray {

    private Xarray() {}

    /** Opens a group without any option, and shows expressions of the data set {@code ds}, one a line. */
    static String show(Path file, String group, String expressions) {
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

    /** All scales and what they say that they label, and all datasets that have scales. */
    static String scales(Path file) {
        return Python.run("""
                import h5py, sys
                def show(name, thing):
                    if not isinstance(thing, h5py.Dataset):
                        return
                    if h5py.h5ds.is_scale(thing.id):
                        uses = sorted((f[ref].name, axis) for ref, axis in thing.attrs.get('REFERENCE_LIST', []))
                        print(thing.name, 'is a scale of', ', '.join('%s %d' % use for use in uses))
                    elif 'DIMENSION_LIST' in thing.attrs:
                        print(thing.name + ':', *(dim[0].name for dim in thing.dims))
                        assert all(len(dim) == 1 for dim in thing.dims)
                with h5py.File(sys.argv[1], 'r') as f:
                    f.visititems(show)
                """, file);
    }
}
