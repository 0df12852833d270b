package io.h5sink;

/** What Python makes and compares of files that are repacked. */
final class RepackedScripts {

    private RepackedScripts() {}

    /** A file with all that h5py can put into one. */
    static final String EVERYTHING = H5pyTypes.FUNCTIONS + """
            import numpy as np, os, sys
            rng = np.random.default_rng(5)
            path, version = sys.argv[1:]

            opaque = T.create(T.OPAQUE, 5)
            opaque.set_tag(b'bytes')
            point = compound(24, ('x', 3, T.IEEE_F64BE), ('n', 16, T.STD_I16BE), ('c', 20, T.STD_U8LE))
            types = dict(
                f2=T.IEEE_F16LE, f4=T.IEEE_F32LE, f8be=T.IEEE_F64BE, i1=T.STD_I8LE, u1=T.STD_U8LE, i2=T.STD_I16LE, u2be=T.STD_U16BE,
                i4=T.STD_I32LE, u4=T.STD_U32LE, i8=T.STD_I64LE, u8=T.STD_U64LE, u8be=T.STD_U64BE, i3=odd(T.STD_I32LE, 3, 24, 0),
                i5=odd(T.STD_I64BE, 5, 37, 2), bits=T.STD_B16BE, opaque=opaque, nullterm=text(6, T.STR_NULLTERM),
                nullpad=text(6, T.STR_NULLPAD), spacepad=text(6, T.STR_SPACEPAD), utf8=text(9, T.STR_NULLPAD, T.CSET_UTF8),
                enum=names(T.STD_I16BE, A=7, B=-3, C=300), bool=names(T.STD_I8LE, FALSE=0, TRUE=1), point=point,
                array=T.array_create(T.STD_I16BE, (2, 3)), points=T.array_create(point, (2,)),
                nested=compound(70, ('p', 1, point), ('s', 30, text(4, T.STR_SPACEPAD)), ('a', 40, T.array_create(T.IEEE_F32BE, (3,)))))
            S = h5py.h5s
            layouts = dict(scalar=((), None, None), row=((40,), (40,), None), large=((90, 70), (90, 70), None), fixed=((40, 3), (40, 3), (7, 2)),
                growing=((50,), (None,), (7,)), tree=((23, 17), (None, None), (5, 4)), limited=((23, 17), (30, 40), (5, 4)),
                none=((0, 3), (None, 3), (4, 3)), empty=((0,), (0,), None), single=((30,), (30,), (30,)), compact=((20,), (20,), 'compact'))

            def create(group, name, type, shape, maximum, chunk, **more):
                space = S.create(S.SCALAR) if shape == () else S.create_simple(
                    shape, tuple(S.UNLIMITED if m is None else m for m in maximum))
                plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                plist.set_obj_track_times(False)
                if chunk == 'compact':
                    plist.set_layout(h5py.h5d.COMPACT)
                elif chunk:
                    plist.set_chunk(chunk)
                    for filter in more.get('filters', ()):
                        dict(shuffle=plist.set_shuffle, gzip=lambda: plist.set_deflate(3), fletcher32=plist.set_fletcher32)[filter]()
                if 'fill' in more:
                    plist.set_fill_value(more['fill'])
                if 'early' in more:
                    plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
                return h5py.h5d.create(group.id, name.encode(), type, space, plist)

            with h5py.File(path, 'w', libver=version, track_order=True) as f:
                n = 0
                for t, type in types.items():
                    for l, (shape, maximum, chunk) in layouts.items():
                        n += 1
                        if l in ('row', 'growing', 'fixed') or n % 3 == 0:
                            filters = (), ('gzip',), ('shuffle', 'gzip', 'fletcher32'), ('shuffle',), ('fletcher32',)
                            d = create(f, 'z%s_%s' % (t, l), type, shape, maximum, chunk, filters=filters[n % 5])
                            raw = rng.integers(0, 4, (int(np.prod(shape)), type.get_size()), dtype='u1')
                            if l == 'tree':
                                d.write(S.ALL, S.ALL, raw, type)
                                d.set_extent((40, 33)) # most of it never written
                            else:
                                d.write(S.ALL, S.ALL, raw, type)

                f.attrs['title'] = 'all'
                h5py.h5o.set_comment(f.create_group('commented').id, b'what a group')
                f.create_dataset('fill', (100,), 'i4', maxshape=(None,), chunks=(8,), fillvalue=-7)[13:29] = 5
                f.create_dataset('fillnever', (100,), 'i4', chunks=(8,), fillvalue=-7)
                f.create_dataset('fillcontiguous', (5000,), 'f8', fillvalue=np.nan)
                create(f, 'early', T.STD_I32LE, (30,), (30,), (8,), early=1)
                f['empty'] = h5py.Empty('f8')
                f['words'] = np.array(['', 'x', 'ü€' * 500], dtype=h5py.string_dtype())
                f['wordsascii'] = np.array([b'a', b'bc'], dtype=h5py.string_dtype('ascii'))
                f['word'] = 'one'
                many = f.create_dataset('manywords', (10_000,), h5py.string_dtype(), maxshape=(None,), chunks=(3000,), compression='gzip',
                    fillvalue='none')
                many[:9500] = ['w%d' % (i % 777) for i in range(9500)]
                ragged = f.create_dataset('ragged', (3, 4), h5py.vlen_dtype('f4'), maxshape=(None, 4), chunks=(2, 4))
                ragged[0, 1] = [1, 2]
                ragged[2, 3] = np.arange(500)
                mixed = f.create_dataset('mixed', (3,), np.dtype([('a', 'i2'), ('s', h5py.string_dtype()), ('v', h5py.vlen_dtype('>i4')),
                    ('r', h5py.ref_dtype), ('d', '>f8')]), maxshape=(None,), chunks=(2,))
                f['mixed'][0] = (1, 'text', np.array([3, 4], '>i4'), f['fill'].ref, 0.5)

                f['g/h/deep'] = np.arange(5)
                f['g/again'] = f['fill']
                f['g/root'] = f['/']
                f['g/h/up'] = f['g']
                f['soft'] = h5py.SoftLink('/g/h/deep')
                f['dangling'] = h5py.SoftLink('no/where')
                f['outside'] = h5py.ExternalLink('other.h5', '/x/y')
                f['gü'] = 1
                ordered = f.create_group('ordered', track_order=True)
                for name in 'zebra', 'ape', 'mouse':
                    ordered.create_group(name)
                    ordered.attrs[name] = name
                for i in range(20):
                    f['g'].attrs['many%d' % i] = i
                named = T.py_create(np.dtype([('x', 'f8'), ('y', '<u8')]))
                f['g/type'] = np.dtype([('x', 'f8'), ('y', '<u8')])
                f['g/type'].attrs['of'] = 'a type'
                f.create_dataset('atyped', (4,), f['g/type'], maxshape=(None,), chunks=(2,))[1] = (1.5, 2**64 - 1)
                f['atyped'].attrs.create('typed', np.array((2, 3), f['g/type'].dtype), dtype=f['g/type'])
                f['atype'] = f['g/type']

                f.create_dataset('refs', data=[f['g'].ref, f['words'].ref, h5py.Reference(), f['/'].ref], dtype=h5py.ref_dtype)
                f.create_dataset('chunkedrefs', (700,), h5py.ref_dtype, maxshape=(None,), chunks=(256,), compression='gzip')
                f['chunkedrefs'][3:600] = f['g/h'].ref
                f.create_dataset('regions', (3,), h5py.regionref_dtype)
                f['regions'][0] = f['fill'].regionref[3:9]
                f['regions'][2] = f['g/h/deep'].regionref[2:5]
                lists = f.create_dataset('reflists', (2,), h5py.vlen_dtype(h5py.ref_dtype))
                lists[1] = np.array([f['fill'].ref, f['g'].ref], dtype=object)
                a = f['g/h'].attrs
                a['ref'] = f['words'].ref
                a['region'] = f['fill'].regionref[1:3]
                a['empty'] = h5py.Empty('i4')
                a['words'] = ['a', 'bü']
                a['fixed'] = np.array([b'ab', b'c'])
                a['number'] = np.uint64(2**64 - 1)
                a['big'] = np.arange(6, dtype='>i2').reshape(2, 3)
                a['zero'] = np.zeros((0, 3))
                a.create('compound', np.array([(1, b'x')], [('a', 'i1'), ('b', 'S3')]))
                a.create('bool', np.array([True, False]))
                a.create('vlen', np.array([np.arange(2), np.arange(3)], dtype=object), dtype=h5py.vlen_dtype('i4'))
                if version == 'latest':
                    a['dense'] = np.arange(20_000)

                f['time'] = np.arange(40)
                f['time'].make_scale('time')
                f['zf4_row'].dims[0].attach_scale(f['time'])
                f['zi2_growing'].dims[0].label = 'rows'
                layout = h5py.VirtualLayout(shape=(40,), dtype='i8')
                layout[:] = h5py.VirtualSource('.', 'time', shape=(40,))
                if version == 'latest':
                    f.create_virtual_dataset('virtual', layout, fillvalue=-1)
                with open(path + '.raw', 'wb') as raw:
                    raw.write(np.arange(10, dtype='<i4').tobytes())
                f.create_dataset('external', (10,), '<i4', external=[(path + '.raw', 0, 40)])
            """;

    /** Whether two files have the same objects; that filters differ is not minded. */
    static final String COMPARE = """
            import h5py, numpy as np, sys
            H = h5py
            T, S = h5py.h5t, h5py.h5s
            seen = {}

            def addr(x):
                return H.h5o.get_info(x).addr

            def ref(file, r):
                if not r:
                    return None
                x = file[r]
                return x.name, (None if not isinstance(r, H.RegionReference) else (
                    H.h5r.get_region(r, file.id).get_select_bounds(), H.h5r.get_region(r, file.id).get_select_npoints()))

            def plain(file, value):
                if isinstance(value, (H.Reference, H.RegionReference)):
                    return ref(file, value)
                if isinstance(value, H.Empty):
                    return ('empty', value.dtype)
                if isinstance(value, np.ndarray) and value.dtype.hasobject or isinstance(value, np.ndarray) and value.dtype.names:
                    return [plain(file, v) for v in value.ravel()], value.shape, str(value.dtype)
                if isinstance(value, np.void) and value.dtype.names:
                    return [plain(file, value[n]) for n in value.dtype.names]
                if isinstance(value, np.ndarray):
                    return value.shape, str(value.dtype), value.tobytes()
                if isinstance(value, np.generic):
                    return str(value.dtype), value.tobytes()
                return value

            def check(same, *what):
                assert same, what

            def attributes(f, g, name, a, b):
                check(list(a.attrs) == list(b.attrs), name, list(a.attrs), list(b.attrs))
                for k in a.attrs:
                    x, y = a.attrs.get_id(k), b.attrs.get_id(k)
                    check(x.get_type().equal(y.get_type()), name, k)
                    check(x.get_type().committed() == y.get_type().committed(), name, k)
                    check(x.shape == y.shape, name, k)
                    check(repr(plain(f, a.attrs[k])) == repr(plain(g, b.attrs[k])), name, k, plain(f, a.attrs[k]), plain(g, b.attrs[k]))

            def simple(t):
                return not (t.detect_class(T.VLEN) or t.detect_class(T.REFERENCE) or 'H5T_VARIABLE' in str(t)
                    or (t.get_class() == T.STRING and t.is_variable_str()) or (t.get_class() == T.COMPOUND and any(
                        not simple(t.get_member_type(i)) for i in range(t.get_nmembers()))))

            def raw(d, start, count):
                t = d.get_type()
                space = d.get_space()
                if count:
                    space.select_hyperslab(start, count)
                out = np.zeros((int(np.prod(count)) if count else 1) * t.get_size(), 'u1')
                d.read(S.create_simple(count) if count else S.create(S.SCALAR), space, out, t)
                return out

            def dataset(f, g, name, a, b):
                x, y = a.id, b.id
                check(x.get_type().equal(y.get_type()), name)
                check(x.get_type().committed() == y.get_type().committed(), name)
                check((a.shape, a.maxshape) == (b.shape, b.maxshape), name, a.shape, a.maxshape, b.shape, b.maxshape)
                p, q = x.get_create_plist(), y.get_create_plist()
                if p.get_layout() == H.h5d.CHUNKED:
                    check(a.chunks == b.chunks, name, a.chunks, b.chunks)
                elif a.size is None or a.size * x.get_type().get_size() < 4096:
                    check(p.get_layout() == q.get_layout(), name)
                check(p.fill_value_defined() == q.fill_value_defined() and p.get_fill_time() == q.get_fill_time(), name)
                if name.startswith('fill'):
                    check(repr(a.fillvalue) == repr(b.fillvalue), name, a.fillvalue, b.fillvalue)
                if a.shape is None or 0 in a.shape:
                    return
                if x.get_storage_size() == 0 or y.get_storage_size() == 0:
                    check(x.get_storage_size() == y.get_storage_size() or p.get_alloc_time() == H.h5d.ALLOC_TIME_EARLY, name)
                if simple(x.get_type()):
                    zero = (0,) * len(a.shape)
                    check((raw(x, zero, a.shape) == raw(y, zero, a.shape)).all(), name)
                else:
                    check(repr(plain(f, a[()])) == repr(plain(g, b[()])), name, plain(f, a[()]), plain(g, b[()]))

            def group(f, g, name, a, b):
                check(list(a) == list(b), name, list(a), list(b))
                for k in a:
                    l, m = a.get(k, getlink=True), b.get(k, getlink=True)
                    path = name + '/' + k if name else k
                    i, j = a.id.links.get_info(k.encode()), b.id.links.get_info(k.encode())
                    check((i.type, i.cset) == (j.type, j.cset), path)
                    if not isinstance(l, H.HardLink):
                        check((getattr(l, 'filename', None), l.path) == (getattr(m, 'filename', None), m.path), path)
                        continue
                    both(f, g, path, a[k], b[k])

            def both(f, g, name, a, b):
                x, y = addr(a.id), addr(b.id)
                if x in seen:
                    check(seen[x] == y, name)
                    return
                check(y not in seen.values(), name)
                seen[x] = y
                check(type(a) == type(b), name)
                attributes(f, g, name, a, b)
                if isinstance(a, H.Group):
                    group(f, g, name, a, b)
                elif isinstance(a, H.Dataset):
                    dataset(f, g, name, a, b)
                else:
                    check(a.id.equal(b.id), name)

            with H.File(sys.argv[1], 'r') as f, H.File(sys.argv[2], 'r') as g:
                both(f, g, '', f['/'], g['/'])
                print('same')
            """;
}
