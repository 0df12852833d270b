package io.h5sink.foreign;

import io.h5sink.H5Field;
import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.WriteSummary;
import io.h5sink.judge.Python;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/** Good files of all makes, the first word of whose names says what can be appended to them. */
public final class Specimens {

    public record Row(int number, double value, Instant time, double[] vector, String text) {
        public static Row of(int number) {
            return new Row(
                    number,
                    0.5 * number,
                    Instant.EPOCH.plusSeconds(number),
                    new double[] {number, -number, 1},
                    "row " + number);
        }

        H5Record named() {
            return H5Record.of("number", number)
                    .and("value", value)
                    .and("time", time)
                    .and("vector", vector)
                    .and("text", text);
        }
    }

    record Entry(
            int number,
            double value,
            Instant time,
            double[] vector,
            @H5Field(length = 12) String text) {
        static Entry of(Row row) {
            return new Entry(row.number, row.value, row.time, row.vector, row.text);
        }
    }

    /** How many records a session appends. */
    public static final int APPENDED = 7;

    private static final int MADE = 50;

    private static final String H5PY = """
            import h5py, numpy, sys
            path, kind, version, options = sys.argv[1:]
            n = 50
            libver = version if version in ('earliest', 'latest') else (version, version)
            filters = dict(compression='gzip', shuffle=True, fletcher32=True) if 'gzip' in options else {}
            order = dict(track_order=True) if 'order' in options else {}
            more = dict(track_times=True) if 'times' in options else {}
            chunk = 4 if 'chunks' in options else 16
            text = h5py.string_dtype()
            types = [('number', 'i4'), ('value', 'f8'), ('time', 'i8'), ('vector', 'f8', (3,)), ('text', text)]
            rows = numpy.zeros(n, [t for t in types if t[0] != 'text'])
            rows['number'] = numpy.arange(n)
            rows['value'] = rows['number'] / 2
            rows['time'] = rows['number'] * 10**9
            rows['vector'][:, 0] = rows['number']
            with h5py.File(path, 'w', libver=libver, **order) as f:
                if 'many' in options:
                    for i in range(100):
                        f.create_group('other/group%d' % i)
                    for i in range(40):
                        f['soft%d' % i] = h5py.SoftLink('/other')
                if 'attributes' in options:
                    for i in range(30):
                        f.attrs['attribute %d' % i] = 'value ' * i
                g = f.require_group('run/a' if kind == 'group' else '/')
                if kind == 'table':
                    types[4] = ('text', h5py.string_dtype('utf-8', 12))
                    t = g.create_dataset('table', (n,), numpy.dtype(types), maxshape=(None,), chunks=(chunk,), **filters)
                    whole = numpy.zeros(n, numpy.dtype(types))
                    for name in rows.dtype.names:
                        whole[name] = rows[name]
                    whole['text'] = ['row %d' % i for i in range(n)]
                    t[:] = whole
                else:
                    for name in rows.dtype.names:
                        d = rows[name]
                        s = g.create_dataset(name, d.shape, d.dtype, maxshape=(None,) + d.shape[1:],
                            chunks=(chunk,) + d.shape[1:], **filters, **more)
                        s[...] = d
                        s.attrs['unit'] = 'm'
                        if 'attributes' in options:
                            for i in range(20):
                                s.attrs['attribute %d' % i] = i
                    filters.pop('fletcher32', None)
                    s = g.create_dataset('text', (n,), text, maxshape=(None,), chunks=(chunk,), **filters)
                    s[:] = ['row %d' % i for i in range(n)]
                    g['time'].attrs['units'] = 'nanoseconds since 1970-01-01'
                    if 'scales' in options:
                        g['time'].make_scale('time')
                        for name in ('number', 'value', 'vector', 'text'):
                            g[name].dims[0].attach_scale(g['time'])
            """;

    private Specimens() {}

    /** Makes all of them. */
    public static List<Path> make(Path directory) {
        for (String kind : List.of("columns", "table", "group", "names")) {
            for (int runs = 1; runs <= 2; runs++) {
                Path file = directory.resolve(kind + "-ours-" + runs + ".h5");
                for (int run = 0; run < runs; run++) {
                    append(file, MADE, 10);
                }
            }
        }
        Stream.of(
                        "columns earliest plain",
                        "columns earliest gzip",
                        "columns earliest attributes",
                        "columns earliest many",
                        "columns earliest scales+chunks",
                        "columns earliest order+times",
                        "columns v108 plain",
                        "columns v108 many+attributes+gzip",
                        "columns latest plain",
                        "columns latest gzip+times",
                        "columns latest many+attributes",
                        "columns latest order+scales+chunks",
                        "columns v110 order+many+attributes",
                        "table earliest plain",
                        "table earliest gzip",
                        "table latest plain",
                        "group earliest many",
                        "group latest many",
                        "names earliest plain",
                        "names earliest many",
                        "names latest attributes")
                .map(line -> line.split(" "))
                .forEach(words -> Python.run(
                        H5PY, directory.resolve(String.join("-", words) + ".h5"), words[0], words[1], words[2]));
        return in(directory);
    }

    /** The HDF5 files in a directory. */
    public static List<Path> in(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".h5"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Appends what fits. */
    public static WriteSummary append(Path file, int count, long commitEvery) {
        String name = file.getFileName().toString();
        Flux<Row> rows = Flux.range(0, count).map(Row::of);
        return switch (name.substring(0, name.indexOf('-'))) {
            case "columns" -> Run.write(with(H5Writer.<Row>to(file), "/number", commitEvery), rows);
            case "table" ->
                Run.write(
                        with(H5Writer.<Entry>to(file).layout(Layout.TABLE), "/table", commitEvery),
                        rows.map(Entry::of));
            case "group" -> Run.write(with(H5Writer.<Row>to(file).group("/run/a"), "/run/a", commitEvery), rows);
            case "names" ->
                Run.write(
                        with(H5Writer.<H5Record>to(file), "/new", commitEvery),
                        rows.map(row -> row.named().and("new", row.number())));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static <T> H5Writer.Builder<T> with(H5Writer.Builder<T> writer, String object, long commitEvery) {
        return writer.chunkRows(16)
                .commitEvery(commitEvery)
                .attribute("/", "title", "a specimen")
                .attribute(object, "sensor", "S " + commitEvery)
                .attribute(object, "gain", commitEvery);
    }
}
