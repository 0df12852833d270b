package io.h5sink.jmh;

import io.h5sink.jmh.Race.Goal;
import io.h5sink.jmh.Race.Measure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Shuffled and compressed columns against h5py's, with the filters that it brings and those of hdf5plugin.
 *
 * @param shape how the same doubles come
 */
record Compressed(Shape shape) implements Row {

    /** What a record is. */
    enum Shape {
        VALUES(
                "compression",
                "compression, with shuffle, of records of four doubles",
                Walk.BYTES,
                16 * Walk.ROWS,
                "Four columns of doubles, " + Walk.BYTES + " bytes a record, which are made while the clock runs"),
        SPECTRA(
                "compression-spectra",
                "compression, with shuffle, of records of " + Walk.Spectrum.VALUES + " doubles",
                Walk.Spectrum.BYTES,
                Walk.ROWS / 16,
                "One column of spectra, " + Walk.Spectrum.BYTES + " bytes a record, which are ready");

        final String id;
        final String title;
        final int bytes;
        final int records;
        final String note;

        Shape(String id, String title, int bytes, int records, String note) {
            this.id = id;
            this.title = title;
            this.bytes = bytes;
            this.records = records;
            this.note = note;
        }

        /** Of a contender's name. */
        String work() {
            return this == VALUES ? "walk" : "spectra";
        }
    }

    private static final int PYTHON_BYTES = 32 << 20;
    private static final int WARM_UP = 14;

    @Override
    public String id() {
        return shape.id;
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
                shape.title,
                "MB/s",
                1e6,
                WARM_UP,
                contenders,
                goals,
                List.of(shape.note
                        + ": walks of sensors, rounded to 0.01, 0.1, 1/4096 of 5 and 0.001. Chunks of 128 KiB. h5py writes"
                        + " whole blocks of ready arrays."));
    }

    private void add(List<Contender> contenders, List<Goal> goals, String method, String title, Host host, Path walk) {
        Contender sink = sink(method, title, walk);
        Contender peer = new Contender(
                "h5py, " + title,
                host,
                "h5py-" + shape.work() + "-" + method + ":" + walk,
                PYTHON_BYTES / shape.bytes,
                shape.bytes);
        Contender codec = new Contender(
                "codec alone, on all cores, " + title,
                Host.EMBEDDED,
                "codec-" + shape.work() + ":" + method + ":" + walk,
                shape.records,
                shape.bytes);
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

    private Contender sink(String method, String title, Path walk) {
        return new Contender(
                "H5Sink, " + title,
                Host.EMBEDDED,
                "sink-" + shape.work() + ":" + method + ":" + walk,
                shape.records,
                shape.bytes);
    }
}
