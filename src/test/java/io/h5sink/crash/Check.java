package io.h5sink.crash;

import io.h5sink.judge.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Checks, in one go, what files hold. */
final class Check {

    private static final String SCRIPT = """
            import bisect, faulthandler, json, os, sys, h5py, numpy

            def plain(value):
                if isinstance(value, bytes):
                    return value.decode()
                if isinstance(value, numpy.void):
                    return [plain(value[name]) for name in value.dtype.names]
                if isinstance(value, numpy.ndarray) and (value.dtype.names or value.dtype.kind in 'SO'):
                    return [plain(part) for part in value]
                return value.tolist() if isinstance(value, (numpy.ndarray, numpy.generic)) else value

            def ragged(thing):
                return isinstance(thing, h5py.Group)

            def rows(thing):
                return len(thing['offsets']) - 1 if ragged(thing) else len(thing)

            def values(thing):
                if not ragged(thing):
                    return plain(thing[()])
                elements, offsets = thing['values'][()], thing['offsets'][()]
                if offsets[0] != 0 or offsets[-1] != len(elements):
                    raise Wrong('%s: %d values, but the last offset is %d' % (thing.name, len(elements), offsets[-1]))
                return [elements[a:b].tolist() for a, b in zip(offsets, offsets[1:])]

            class Wrong(Exception):
                pass

            def compare(path, wanted, found):
                if wanted != found:
                    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
                        at = next(i for i, pair in enumerate(zip(wanted, found)) if pair[0] != pair[1])
                        raise Wrong('%s[%d] is %r, not %r' % (path, at, found[at], wanted[at]))
                    raise Wrong('%s is %r, not %r' % (path, found, wanted))

            def all_is_right(f, n, lengths):
                for path, length in lengths.items():
                    wanted = expected['rows'][path]['values']
                    if length and path in expected['latest']:
                        compare(path, wanted[length - 1], plain(f[path][()]))
                    elif length:
                        compare(path, wanted[:length], values(f[path]))
                if n:
                    for path, wanted in expected['constants'].items():
                        compare(path, wanted, plain(f[path][()]))
                    for place, wanted in expected['attributes'].items():
                        path, name = place.split(' ')
                        compare(place, wanted, f[path].attrs[name])

            def no_strangers(f):
                known = set(expected['constants'])
                for path in expected['rows']:
                    known.update([path, path + '/values', path + '/offsets'])
                found = []
                f.visititems(lambda name, thing: found.append('/' + name) if isinstance(thing, h5py.Dataset) else None)
                for path in found:
                    if path not in known and not path.startswith(('/dim_', '/.h5sink/')):
                        raise Wrong('nobody wrote ' + path)
                    for label in f[path].dims:
                        [len(scale) for scale in label.values()]

            def nothing_loose(f):
                for path in expected['rows']:
                    parts = [f[path]] if path in f else []
                    for d in [p for part in parts for p in (part.values() if ragged(part) else [part])]:
                        wanted = numpy.prod([-(-n // c) for n, c in zip(d.shape, d.chunks or d.shape)])
                        if d.chunks and len(d) and d.id.get_num_chunks() != wanted:
                            raise Wrong('%s has %d chunks for %d rows' % (d.name, d.id.get_num_chunks(), len(d)))

            def length_at(path, n):
                return bisect.bisect_left(expected['rows'][path]['when'], n)

            def records(f):
                no_strangers(f)
                nothing_loose(f)
                grown = [path for path in expected['rows'] if path not in expected['latest']]
                found = {path: rows(f[path]) if path in f else 0 for path in grown}
                for n in range(0, expected['records'] + 1, expected['commit']):
                    if all(found[path] == length_at(path, n) for path in grown):
                        all_is_right(f, n, {path: length_at(path, n) for path in expected['rows']})
                        return n
                raise Wrong('no commit left these rows: %s' % found)

            def verdict(path):
                if not os.path.exists(path):
                    return 'ABSENT', -1, ''
                try:
                    f = h5py.File(path, 'r')
                except Exception as e:
                    return 'REFUSED', -1, e
                with f:
                    try:
                        return 'RIGHT', records(f), ''
                    except Exception as e:
                        return 'WRONG', -1, repr(e)

            with open(sys.argv[1], encoding='utf-8') as text:
                expected = json.load(text)
            for line in open(sys.argv[2], encoding='utf-8'):
                faulthandler.dump_traceback_later(60, exit=True, file=sys.__stderr__) # HDF5 loops on some torn files
                print('\\t'.join(' '.join(str(word).split()) for word in verdict(line.rstrip('\\n'))))
            faulthandler.cancel_dump_traceback_later()
            """;

    private Check() {}

    /** What is said of each file of a case, which has a number of records or fewer: by jHDF, and by h5py where that is. */
    static List<Verdict> files(Case what, int records, List<Path> files) throws IOException {
        return files(what, records, Case.COMMIT, files);
    }

    /** The same, where a commit may be of fewer records. */
    static List<Verdict> files(Case what, int records, int commit, List<Path> files) throws IOException {
        Expected expected = Expected.of(what, records, commit);
        List<Verdict> inside =
                files.stream().map(file -> InsideCheck.of(expected, file)).toList();
        if (!Python.isPresent()) {
            return inside;
        }
        List<Verdict> outside = h5py(expected, files);
        for (int i = 0; i < files.size(); i++) {
            Verdict one = inside.get(i);
            Verdict other = outside.get(i);
            if (one.state() != other.state() || one.records() != other.records()) {
                throw new AssertionError(files.get(i) + " is for jHDF " + one + ", for h5py " + other);
            }
        }
        return outside;
    }

    private static List<Verdict> h5py(Expected expected, List<Path> files) throws IOException {
        Path json = Files.createTempFile("expected", ".json");
        Path list = Files.createTempFile("files", ".txt");
        try {
            Files.writeString(json, expected.json());
            Files.writeString(list, files.stream().map(file -> file + "\n").collect(Collectors.joining()));
            List<Verdict> verdicts =
                    Python.run(SCRIPT, json, list).lines().map(Check::verdict).toList();
            if (verdicts.size() != files.size()) {
                throw new AssertionError(verdicts.size() + " verdicts on " + files.size() + " files");
            }
            return verdicts;
        } finally {
            Files.delete(json);
            Files.delete(list);
        }
    }

    /** What is said of one file. */
    static Verdict file(Case what, int records, Path file) throws IOException {
        return files(what, records, List.of(file)).get(0);
    }

    private static Verdict verdict(String line) {
        String[] words = line.split("\t", -1);
        return new Verdict(Verdict.State.valueOf(words[0]), Integer.parseInt(words[1]), words[2]);
    }
}
