package io.h5sink.judge;

import java.nio.file.Path;

/** All datasets of a file, one on a line, in the words of Python and with the values that h5py reads. */
public final class Listing {

    private static final String SCRIPT = """
            import sys, h5py, numpy

            def kind(dtype):
                if dtype.subdtype:
                    return kind(dtype.subdtype[0]) + str(list(dtype.shape))
                if h5py.check_string_dtype(dtype):
                    length = h5py.check_string_dtype(dtype).length
                    return 'str' if length is None else 'str%d' % length
                if h5py.check_vlen_dtype(dtype):
                    return 'ragged ' + kind(numpy.dtype(h5py.check_vlen_dtype(dtype)))
                names = h5py.check_enum_dtype(dtype)
                if names:
                    return dtype.name + '{' + ' '.join(sorted(names, key=names.get)) + '}'
                if dtype.names:
                    return '{' + ', '.join('%s: %s' % (n, kind(dtype[n])) for n in dtype.names) + '}'
                return dtype.name

            def plain(value):
                if isinstance(value, bytes):
                    return value.decode()
                if isinstance(value, numpy.void):
                    return tuple(plain(value[name]) for name in value.dtype.names)
                if isinstance(value, numpy.ndarray):
                    return [plain(part) for part in value]
                return value.item() if isinstance(value, numpy.generic) else value

            def fill(dataset):
                plist = dataset.id.get_create_plist()
                if plist.fill_value_defined() != h5py.h5d.FILL_VALUE_USER_DEFINED:
                    return ''
                return ' fill=' + repr(plain(dataset.fillvalue))

            def show(name, thing):
                if isinstance(thing, h5py.Dataset):
                    shape = str(list(thing.shape[1:])) if thing.shape[1:] else ''
                    print('/' + name + ':', kind(thing.dtype) + shape + fill(thing), repr(plain(thing[()])))

            with h5py.File(sys.argv[1], 'r') as f:
                f.visititems(show)
            """;

    private Listing() {}

    /** For example {@code /x: float32[2] fill=nan [[1.0, 2.0]]}. */
    public static String of(Path file) {
        return Inside.judged(file, () -> Inside.listing(file), () -> Python.run(SCRIPT, file));
    }
}
