package io.h5sink.hostile;

/** What is run in Python to make hostile files. */
final class HostileScripts {

    private HostileScripts() {}

    /** Makes what h5py makes willingly, and by patching bytes what it does not. What comes of it stands in the names. */
    static final String CRAFT = """
            import h5py, numpy, os, struct, sys, zlib
            directory = sys.argv[1]

            def make(name, fill=None, libver='earliest', **more):
                path = os.path.join(directory, 'names-' + name + '.h5')
                with h5py.File(path, 'w', libver=libver) as f:
                    number = dict(shape=(50,), chunks=(16,), maxshape=(None,), dtype='i4')
                    number.update(more)
                    f.create_dataset('number', **number)
                    text = f.create_dataset('text', (50,), h5py.string_dtype(), maxshape=(None,), chunks=(16,))
                    text[:] = 'text'
                    time = f.create_dataset('time', (50,), 'i8', maxshape=(None,), chunks=(1,))
                    time[:] = range(50)
                    time.attrs['units'] = 'nanoseconds since 1970-01-01'
                    if fill:
                        fill(f)
                return path

            def patch(name, change, fill=None, **more):
                path = make(name, fill, **more)
                data = bytearray(open(path, 'rb').read())
                change(data)
                open(path, 'wb').write(data)

            def places(data, pattern):
                at = data.find(pattern)
                assert at >= 0, pattern
                while at >= 0:
                    yield at
                    at = data.find(pattern, at + 1)

            def cycle(f):
                f['a/b/c'] = f['/']
                f['d'] = f['a']
                f['a/b/e'] = f['a/b']

            def attributes(f):
                for i in range(1000):
                    f['number'].attrs['attribute %d' % i] = i

            def nested(f):
                group = f
                for i in range(1000):
                    group = group.create_group('g')

            def groups(f):
                for i in range(600):
                    f.create_group('group%d' % i)

            make('written-cycle', cycle)
            make('written-cycle-latest', cycle, libver='latest')
            make('written-attributes', attributes)
            make('written-attributes-latest', attributes, libver='latest')
            make('written-nested', nested)
            make('written-huge-text', lambda f: f.attrs.__setitem__('huge', 'x' * 60000))
            make('any-chunk-of-4-GiB', chunks=(2**30 - 1,))
            make('any-chunk-of-4-GiB-gzip', chunks=(2**30 - 1,), compression='gzip')
            def short(name):
                def change(f):
                    f[name][...] = f[name][...]
                    for start in range(0, len(f[name]), f[name].chunks[0]):
                        f[name].id.write_direct_chunk((start,), zlib.compress(b'x'))
                return change

            def shortText(f):
                del f['text']
                text = f.create_dataset('text', (50,), h5py.string_dtype(), maxshape=(None,), chunks=(1 << 18,), compression='gzip')
                short('text')(f)

            make('refused-short-text', shortText)
            make('refused-short-chunk', short('number'), compression='gzip', chunks=(1 << 20,))
            make('refused-short-chunk-filled', short('number'), compression='gzip', chunks=(1 << 20,), fillvalue=7)
            make('refused-short-chunk-small', short('number'), compression='gzip', fillvalue=7)
            make('refused-short-chunk-scaled', short('number'), compression='gzip', fillvalue=7, scaleoffset=0)
            make('any-long', shape=(2**40 + 3,))
            make('any-long-gzip', shape=(2**40 + 3,), compression='gzip')
            make('any-wide', lambda f: f.create_dataset('vector', (2**40, 2**40), 'f8', maxshape=(None, 2**40), chunks=(1, 3)))

            def continuation(data): # the part of a header that is elsewhere goes on with itself
                found = 0
                for at in places(data, b'\\x10\\x00\\x10\\x00'):
                    where, length = struct.unpack_from('<QQ', data, at + 8)
                    if at % 8 == 0 and length < 10000 and where + length < len(data):
                        data[where:where + 24] = b'\\x10\\x00\\x10\\x00' + bytes(4) + struct.pack('<QQ', where, length)
                        found += 1
                assert found

            def tree(kind): # the children of a node are the node
                def change(data):
                    found = 0
                    for at in places(data, b'TREE' + bytes([kind])):
                        if data[at + 5] > 0:
                            key = 8 if kind == 0 else 24
                            for i in range(2):
                                struct.pack_into('<Q', data, at + 24 + key + i * (key + 8), at)
                            found += 1
                    assert found
                return change

            def gaps(data): # a global heap with an empty gap
                for at in places(data, b'GCOL'):
                    size, = struct.unpack_from('<Q', data, at + 8)
                    here = at + 16
                    while here < at + size - 16:
                        index, = struct.unpack_from('<H', data, here)
                        length, = struct.unpack_from('<Q', data, here + 8)
                        if index == 0:
                            struct.pack_into('<Q', data, here + 8, 0)
                            break
                        here += 16 + (length + 7) // 8 * 8

            def free(data): # the list of gaps in a local heap goes round
                found = 0
                for at in places(data, b'HEAP'):
                    size, gap, where = struct.unpack_from('<QQQ', data, at + 8)
                    if gap != 1:
                        struct.pack_into('<Q', data, where + gap, gap)
                        found += 1
                assert found

            def layout(dimension): # chunks of another size than the index has
                def change(data):
                    for at in places(data, struct.pack('<II', 16, 4)):
                        struct.pack_into('<I', data, at, dimension)
                return change

            def length(rows): # a length that no program can have written
                def change(data):
                    for at in places(data, struct.pack('<Q', 2**40 + 3)):
                        struct.pack_into('<Q', data, at, rows)
                return change

            def types(data): # a type of sequences of sequences
                for at in places(data, b'\\x0c\\x00'):
                    length, = struct.unpack_from('<H', data, at + 2)
                    name = data.find(b'deep type\\x00', at, at + 40)
                    if name > 0:
                        start = name + 16
                        count = (at + 8 + length - start) // 8 - 4
                        for i in range(count):
                            data[start + 8 * i:start + 8 * i + 8] = b'\\x19\\x00\\x00\\x00\\x10\\x00\\x00\\x00'
                        struct.pack_into('<H', data, at + 12, 8 * count)
                        return
                assert False

            def empty(data): # the reference of an empty string leads nowhere
                for at in places(data, b'texts\\x00\\x00\\x00'):
                    length, heap, index = struct.unpack_from('<IQI', data, at + 56)
                    assert length == 0 and heap > 0 and 0 < index < 100
                    struct.pack_into('<I', data, at + 68, 0x128300)

            patch('refused-empty-text', empty, lambda f: f.attrs.__setitem__('texts', ['', 'a', 'b']))
            patch('refused-continuation', continuation, lambda f: [f.attrs.__setitem__(str(i), i) for i in range(50)])
            patch('refused-group-tree', tree(0), groups)
            patch('refused-chunk-tree', tree(1), lambda f: f['time'].resize((4000,)) or f['time'].__setitem__(slice(None), 1))
            patch('refused-gaps', gaps, lambda f: f['number'].attrs.create('unit', 'm', dtype=h5py.string_dtype()))
            patch('refused-free', free)
            patch('refused-empty-chunk', layout(0))
            patch('refused-overflowing-chunk', layout(0xFFFFFFFF))
            patch('any-longer', length(2**62 + 1), shape=(2**40 + 3,))
            patch('any-longest', length(2**63 - 2), shape=(2**40 + 3,))
            patch('refused-length', length(2**64 - 17), shape=(2**40 + 3,))
            patch('refused-types', types, lambda f: f.attrs.create('deep type', numpy.zeros(60000, 'i1')))
            """;

    /** References everywhere: in all layouts and indexes, in compounds, in sequences of sequences and behind filters; and numbers there. */
    static final String VALUES = """
            import h5py, numpy as np, os, sys
            directory = sys.argv[1]
            text = h5py.string_dtype()
            for libver in 'earliest', 'latest':
                with h5py.File(os.path.join(directory, 'values-' + libver + '.h5'), 'w', libver=libver) as f:
                    texts = ['text %d' % i * (i % 5) for i in range(60)]
                    f.create_dataset('contiguous', data=texts, dtype=text)
                    f.create_dataset('scalar', data='alone', dtype=text)
                    for name, more in dict(
                            fixed=dict(chunks=(7,)),
                            paged=dict(chunks=(1,)),
                            single=dict(chunks=(60,)),
                            filtered=dict(chunks=(60,), compression='gzip'),
                            growing=dict(chunks=(7,), maxshape=(None,)),
                            packed=dict(chunks=(7,), maxshape=(None,), compression='gzip', shuffle=True),
                            tree=dict(chunks=(3, 5), maxshape=(None, None))).items():
                        data = np.array(texts, dtype=object)
                        f.create_dataset(name, data=data.reshape(6, 10) if name == 'tree' else data, dtype=text, **more)
                    for name, more in dict(
                            single=dict(chunks=(20, 10)),
                            fixed=dict(chunks=(4, 3), fletcher32=True),
                            paged=dict(chunks=(1, 1), shuffle=True),
                            growing=dict(chunks=(3, 10), maxshape=(None, 10), shuffle=True),
                            tree=dict(chunks=(7, 4), maxshape=(None, None))).items():
                        for kind in 'gzip', 'lzf':
                            f.create_dataset(kind + ' ' + name, data=np.arange(200.0).reshape(20, 10), compression=kind, **more)
                    numbers = f.create_dataset('numbers', (20,), h5py.vlen_dtype('i4'), maxshape=(None,))
                    for i in range(20):
                        numbers[i] = range(i)
                    rows = np.zeros(20, [('a', 'i2'), ('text', text), ('numbers', h5py.vlen_dtype('f8'))])
                    rows['text'] = texts[:20]
                    rows['numbers'] = [np.arange(i * 1.0) for i in range(20)]
                    f.create_dataset('table', data=rows, chunks=(6,), maxshape=(None,))
                    dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                    dcpl.set_layout(h5py.h5d.COMPACT)
                    compact = h5py.h5d.create(f.id, b'compact', h5py.h5t.py_create(text, logical=True),
                        h5py.h5s.create_simple((60,)), dcpl)
                    h5py.Dataset(compact)[:] = texts
                    f.attrs['texts'] = texts[:9]
                    f.create_dataset('regions', data=[f['growing'].regionref[:i] for i in range(1, 9)], dtype=h5py.regionref_dtype)
            """;
}
