package io.h5sink.judge;

import java.nio.file.Path;

/** Attributes as h5py sees them. */
public final class Attrs {

    /** Prints class, type, shape and value of each attribute of an object, by name. */
    private static final String SHOW = """
            import h5py, numpy, sys
            with h5py.File(sys.argv[1], 'r') as f:
                attributes = f[sys.argv[2]].attrs
                for name in sorted(attributes):
                    value = attributes[name]
                    dtype = attributes.get_id(name).dtype
                    text = h5py.check_string_dtype(dtype)
                    kind = 'str %s %s' % (text.encoding, text.length) if text else dtype.str
                    space = attributes.get_id(name).get_space().get_simple_extent_type()
                    shape = attributes.get_id(name).shape if space == h5py.h5s.SIMPLE else 'scalar'
                    values = value.tolist() if hasattr(value, 'tolist') else value
                    numpy1 = {'bool': 'bool_'}
                    print(ascii(name), numpy1.get(type(value).__name__, type(value).__name__), kind, shape, ascii(values))
            """;

    private Attrs() {}

    /** A line for each attribute of an object, sorted by name. */
    public static String show(Path file, String object) {
        return Inside.judged(
                file,
                () -> Inside.attributes(file, object),
                () -> Python.run(SHOW, file, object).strip());
    }
}
