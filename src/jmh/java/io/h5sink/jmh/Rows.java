package io.h5sink.jmh;

import static io.h5sink.jmh.Host.EMBEDDED;
import static io.h5sink.jmh.Host.H5PY;
import static io.h5sink.jmh.Host.JHDF5;
import static io.h5sink.jmh.Host.PYTABLES;
import static io.h5sink.jmh.Race.Goal.atLeast;

import io.h5sink.Layout;
import io.h5sink.jmh.Race.Goal;
import io.h5sink.jmh.Race.Measure;
import java.util.ArrayList;
import java.util.List;

/** The rows of the table, and what each should reach. */
final class Rows {

    private static final String RECORDS = "million records/s";
    private static final String VALUES = "million values/s";

    private static final int READINGS = 16_000_000;
    private static final int MEMORY_MIB = 512;
    private static final int WARM_UP = 10;

    private Rows() {}

    static List<Row> all() {
        List<Row> rows = new ArrayList<>();
        rows.add(columns());
        rows.add(table());
        rows.add(wide());
        rows.add(named());
        rows.add(frames());
        rows.add(new Compressed(Compressed.Shape.VALUES));
        rows.add(new Compressed(Compressed.Shape.SPECTRA));
        rows.add(routes(Layout.COLUMNS));
        rows.add(routes(Layout.TABLE));
        rows.add(commits());
        rows.add(new OneCore());
        rows.add(new Fairness());
        rows.add(new Logging());
        rows.add(new LongRun());
        rows.add(new ColdStart());
        rows.add(new Allocation());
        return rows;
    }

    private static Row columns() {
        return new Race(
                "columns",
                "4 components, columns",
                RECORDS,
                1e6,
                WARM_UP,
                List.of(
                        sink("H5Sink", "sink", READINGS),
                        sink("H5Sink, fed by a bare loop", "sink-bare", READINGS),
                        sink("hand loop, subscribed to the same Flux", "loop-flux", READINGS),
                        sink("hand loop, a bare loop", "loop", READINGS),
                        sink("plain file, the bytes being ready", "file", READINGS),
                        Contender.of("H5Sink on JHDF5", JHDF5, "sink", READINGS),
                        Contender.of("JHDF5 arrays", JHDF5, "jhdf5-arrays", READINGS),
                        Contender.of("JHDF5 compound", JHDF5, "jhdf5-compound", 1_000_000),
                        Contender.of("PyTables Table.append of arrays", PYTABLES, "pytables-append", READINGS),
                        Contender.of("PyTables row.append", PYTABLES, "pytables-row", 1_000_000),
                        Contender.of("h5py, blocks of ready arrays", H5PY, "h5py-blocks", READINGS),
                        Contender.of("h5py, a loop with buffers", H5PY, "h5py-buffer", 400_000),
                        Contender.of("h5py, a value at a time", H5PY, "h5py-values", 1_500)),
                List.of(
                        atLeast("sink", 0.95, "loop-flux"),
                        atLeast("sink-bare", 0.95, "loop"),
                        atLeast("sink", 10, "jhdf5-compound"),
                        atLeast("sink", 6, "pytables-row"),
                        atLeast("sink", 2000, "h5py-values")),
                List.of(
                        "28 bytes a record; chunks of 128 KiB for all. Records are made while the clock runs, by a `map` of a"
                                + " `Flux.range`, or in a bare loop, where the compiler may do without the objects. Ready bytes"
                                + " and arrays are the same block again and again, which is all in the processor's cache.",
                        "jHDF is left out: it writes whole datasets to new files, and does not append."));
    }

    private static Row table() {
        return new Race(
                "table",
                "4 components, TABLE",
                RECORDS,
                1e6,
                WARM_UP,
                List.of(sink("H5Sink, a table", "sink-table", READINGS), sink("H5Sink, columns", "sink", READINGS)),
                List.of(atLeast("sink-table", 0.9, "sink")),
                List.of());
    }

    private static Row wide() {
        return new Race(
                "wide",
                "20 components of six types",
                RECORDS,
                1e6,
                WARM_UP,
                List.of(
                        sink("H5Sink", "sink-wide", READINGS / 4),
                        sink("hand loop, subscribed to the same Flux", "loop-wide", READINGS / 4)),
                List.of(atLeast("sink-wide", 0.9, "loop-wide")),
                List.of("102 bytes a record: longs, doubles, ints, floats, shorts and bytes."));
    }

    private static Row named() {
        return new Race(
                "named",
                "named values",
                VALUES,
                1e6,
                WARM_UP,
                List.of(
                        sink("H5Sink of records, in records", "sink", READINGS / 2),
                        new Contender("H5Record of 1 name", EMBEDDED, "sink-record-1", READINGS / 4, 1),
                        new Contender("H5Record of 100 names", EMBEDDED, "sink-record-100", READINGS / 400, 100),
                        new Contender(
                                "H5Record of 100 names, made before",
                                EMBEDDED,
                                "sink-record-100-ready",
                                READINGS / 400,
                                100),
                        new Contender("Map of 4 names", EMBEDDED, "sink-map", READINGS / 16, 4),
                        new Contender("Map of 4 names, made before", EMBEDDED, "sink-map-ready", READINGS / 16, 4)),
                List.of(
                        atLeast("sink-record-1", 5.0 / 30, "sink"),
                        atLeast("sink-record-100", 5.0 / 30, "sink"),
                        atLeast("sink-map", 3.0 / 30, "sink")),
                List.of(
                        "5 and 3 million values/s where records reach 30 million/s: 0.17 and 0.10 of what they reach here."
                                + " Making the records, with boxes, is part of the work."));
    }

    private static Row frames() {
        int frames = 48;
        return new Race(
                "frames",
                "frames of 2048 × 2048 float64",
                "GB/s",
                1e9,
                WARM_UP,
                List.of(
                        new Contender("H5Sink of double[][]", EMBEDDED, "sink-frames", frames, FrameWorks.BYTES),
                        new Contender(
                                "plain file, a frame's bytes being ready",
                                EMBEDDED,
                                "file-frames-ready",
                                frames,
                                FrameWorks.BYTES),
                        new Contender(
                                "plain file, a MiB being ready", EMBEDDED, "file-frames", frames, FrameWorks.BYTES),
                        new Contender(
                                "plain file, from double[][]",
                                EMBEDDED,
                                "file-frames-copied",
                                frames,
                                FrameWorks.BYTES),
                        new Contender(
                                "plain file, from double[][], two threads",
                                EMBEDDED,
                                "file-frames-shared",
                                frames,
                                FrameWorks.BYTES),
                        new Contender("hand loop, of flat arrays", EMBEDDED, "loop-frames", frames, FrameWorks.BYTES),
                        new Contender("h5py", H5PY, "h5py-frames", frames, FrameWorks.BYTES)),
                List.of(
                        atLeast("sink-frames", 0.9, "file-frames-ready"),
                        atLeast("sink-frames", 0.9, "file-frames"),
                        atLeast("sink-frames", 0.9, "file-frames-copied"),
                        atLeast("sink-frames", 0.9, "file-frames-shared")),
                List.of(
                        "Blocks of 1 MiB. The plain file with a MiB that is ready writes the same one, which stays in the processor's"
                                + " cache, again and again; everything else reads 32 MiB a frame."));
    }

    private static Row routes(Layout layout) {
        String few = "sink-routes:" + layout + ":10";
        String many = "sink-routes:" + layout + ":10000";
        return new Race(
                "routes-" + layout.name().toLowerCase(java.util.Locale.ROOT),
                "routes, round robin, " + layout,
                RECORDS,
                1e6,
                2,
                List.of(
                        sink("10 routes", few, READINGS),
                        sink("10,000 routes", many, READINGS),
                        sink("making 10,000 groups, a record each", "sink-groups:" + layout, 10_000)),
                List.of(new Goal(many, few, Measure.COST, 2)),
                List.of(
                        "`memory` is " + MEMORY_MIB
                                + " MiB. The clock starts when all groups are made and committed, and stops when the"
                                + " file is closed, with what each group had left. Making the groups is a contender of its own."));
    }

    private static Row commits() {
        return new Race(
                "commits",
                "commits every 100 ms",
                RECORDS,
                1e6,
                1,
                List.of(
                        sink("commits every 100 ms", "sink-commits", 3 * READINGS),
                        sink("one commit, at the end", "sink-no-commits", 3 * READINGS)),
                List.of(atLeast("sink-commits", 0.95, "sink-no-commits")),
                List.of());
    }

    private static Contender sink(String title, String work, int records) {
        return Contender.of(title, EMBEDDED, work, records);
    }
}
