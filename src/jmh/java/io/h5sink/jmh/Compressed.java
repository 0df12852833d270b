package io.h5sink.jmh;

import io.h5sink.jmh.Race.Goal;
import io.h5sink.jmh.Race.Measure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Shuffled and compressed columns against h5py's, with the filters that it brings and those of hdf5plugin. */
record Compressed() implements Row {

    private static final int RECORDS = 8 * Walk.ROWS;
    private static final int PYTHON_RECORDS = Walk.ROWS;
    private static final int WARM_UP = 14;

    @Override
    public String id() {
        return "compression";
    }

    @Override
    public Section run(Plan plan) throws IOException {
        Path walk = plan.directory().resolve("walk.bin");
        Walk.create(walk);
        try {
            return race(walk).run(plan);
        } finally {
            Files.deleteIfExists(walk);
        }
    }

    private Race race(Path walk) {
        List<Contender> contenders = new ArrayList<>();
        List<Goal> goals = new ArrayList<>();
        contenders.add(sink("none", "none", walk));
        add(contenders, goals, "gzip", "gzip 1", Host.H5PY, walk);
        add(contenders, goals, "lzf", "lzf", Host.H5PY, walk);
        add(contenders, goals, "zstd", "zstd 3", Host.H5PY_ZSTD, walk);
        add(contenders, goals, "lz4", "lz4", Host.H5PY_LZ4, walk);
        return new Race(
                id(),
                "compression, with shuffle",
                "MB/s",
                1e6,
                WARM_UP,
                contenders,
                goals,
                List.of("Four columns of doubles, " + Walk.BYTES
                        + " bytes a record: walks of sensors, rounded to 0.01, 0.1, 1/4096 of 5 and"
                        + " 0.001. Chunks of 128 KiB. h5py writes whole blocks of ready arrays."));
    }

    private static void add(
            List<Contender> contenders, List<Goal> goals, String method, String title, Host host, Path walk) {
        Contender sink = sink(method, title, walk);
        Contender peer =
                new Contender("h5py, " + title, host, "h5py-walk-" + method + ":" + walk, PYTHON_RECORDS, Walk.BYTES);
        Contender codec = new Contender(
                "codec alone, on all cores, " + title,
                Host.EMBEDDED,
                "codec-walk:" + method + ":" + walk,
                RECORDS,
                Walk.BYTES);
        contenders.add(sink);
        contenders.add(peer);
        contenders.add(codec);
        if (host.missing().isPresent()) {
            goals.add(Goal.atLeast(sink.work(), 0.9, codec.work()));
            return;
        }
        goals.add(Goal.atLeast(sink.work(), method.equals("gzip") ? 8 : 5, peer.work()));
        if (method.equals("gzip")) {
            goals.add(new Goal(sink.work(), peer.work(), Measure.SIZE, 1));
        }
    }

    private static Contender sink(String method, String title, Path walk) {
        return new Contender(
                "H5Sink, " + title, Host.EMBEDDED, "sink-walk:" + method + ":" + walk, RECORDS, Walk.BYTES);
    }
}
