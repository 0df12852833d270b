package io.h5sink;

/** Types that h5py has no words for, by its low-level functions. */
final class H5pyTypes {

    /** Functions for scripts, to which h5py's types are {@code T}: texts, numbers of some bits, compounds with gaps and enumerations. */
    static final String FUNCTIONS = """
            import h5py
            T = h5py.h5t

            def text(size, pad, set=T.CSET_ASCII):
                t = T.C_S1.copy()
                t.set_size(size)
                t.set_strpad(pad)
                t.set_cset(set)
                return t

            def odd(base, size, bits, offset):
                t = base.copy()
                t.set_size(size)
                t.set_precision(bits)
                t.set_offset(offset)
                return t

            def compound(size, *members):
                t = T.create(T.COMPOUND, size)
                for name, offset, member in members:
                    t.insert(name.encode(), offset, member)
                return t

            def names(base, **values):
                t = T.enum_create(base)
                for name, value in values.items():
                    t.enum_insert(name.encode(), value)
                return t
            """;

    private H5pyTypes() {}
}
