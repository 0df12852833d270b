package io.h5sink.crash;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.Compression;
import io.h5sink.H5Field;
import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.Ragged;
import io.h5sink.foreign.Hdf5Calls;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A kind of column. A record is a pure function of its ordinal, so that any file can be checked against the ordinals; what
 * the file must hold follows from the records. To add a kind, add a constant and its record here.
 */
enum Kind {
    SCALARS(true, true) {
        @Override
        Object record(int i) {
            return new Scalars(i, i + 0.25, i % 3 == 0, Colour.values()[i % 3]);
        }
    },
    ARRAYS(true, true) {
        @Override
        Object record(int i) {
            return new Arrays2(new float[] {i, -i, i + 0.5f}, new int[][] {{i, 1}, {2, i}});
        }
    },
    FIXED(true, true) {
        @Override
        Object record(int i) {
            return new Fixed(i, "é" + i);
        }
    },
    NESTED(true, true) {
        @Override
        Object record(int i) {
            return new Outer(i, new Inner((short) (i % 999), new double[] {i, i + 0.5}));
        }
    },
    /** A time, which labels the rows, values along a further axis, attributes and metadata. */
    LABELLED(true, true) {
        @Override
        Object record(int i) {
            return new Labelled(Instant.ofEpochSecond(1_000_000 + i, 7), i * 0.5, new float[] {i, i + 1});
        }

        @Override
        void configure(H5Writer.Builder<Object> writer, Layout layout) {
            writer.attribute("/", "operator", "Ada")
                    .attribute(layout == Layout.TABLE ? "table" : "degrees", "made", "by hand")
                    .metadata("meta", Map.of("run", 7));
            if (layout == Layout.COLUMNS) {
                writer.column("spectrum", c -> c.axis(1, "length", new double[] {450, 550}, "nm"));
            }
        }

        @Override
        Map<String, Object> constants(Layout layout) {
            String meta = "{\"run\":7}";
            return layout == Layout.TABLE
                    ? Map.of("/meta", meta)
                    : Map.of("/meta", meta, "/length", new double[] {450, 550});
        }

        @Override
        Map<String, Object> attributes(Layout layout) {
            String columns = layout == Layout.TABLE ? "/table made" : "/degrees made";
            return Map.of("/ operator", "Ada", columns, "by hand");
        }
    },
    /** A few groups from the start, and a new one now and then. */
    ROUTES(true, false) {
        @Override
        Object record(int i) {
            return new Routed(i % 5 == 0 ? "/late" + i / 60 : "/g" + i % 3, i, "r" + i);
        }

        @Override
        void configure(H5Writer.Builder<Object> writer, Layout layout) {
            writer.route(record -> ((Routed) record).group());
        }

        @Override
        String group(Object record) {
            return ((Routed) record).group();
        }
    },
    /** Chunks that get full with every third commit, are compressed then, and move at the end. */
    PACKED(true, true) {
        @Override
        Object record(int i) {
            return new Packed(i, i / 100 * 0.5, new int[] {i, i % 2, 0, 0});
        }

        @Override
        void configure(H5Writer.Builder<Object> writer, Layout layout) {
            writer.chunkRows(40).compression(Compression.gzip(1));
        }
    },
    /** Compressed datasets that come one after the other, while others have space that is free. */
    PACKED_NEW(false, false) {
        @Override
        Object record(int i) {
            H5Record record = H5Record.of("always", i);
            return i < 50 ? record : record.and("from" + i / 50, new long[] {i, 0, 0, i});
        }

        @Override
        void configure(H5Writer.Builder<Object> writer, Layout layout) {
            writer.chunkRows(20).compression(Compression.lzf().fletcher32(true));
        }
    },
    OFFSETS(false, true) {
        @Override
        Object record(int i) {
            return new Offsets(i, IntStream.range(i, i + i % 4).toArray());
        }
    },
    SEQUENCES(false, false) {
        @Override
        Object record(int i) {
            return new Sequences(i, IntStream.range(i, i + i % 4).toArray());
        }
    },
    STRINGS(false, false) {
        @Override
        Object record(int i) {
            return new Strings(i, "text " + "xyzü".repeat(i % 7) + i);
        }
    },
    /** Names with lengths of their own, and new ones now and then. */
    NAMES(false, false) {
        @Override
        Object record(int i) {
            H5Record record = H5Record.of("loss", i * 0.25);
            if (i % 7 == 3) {
                record = record.and("epoch/weights", new float[] {i, 2, 3}).and("epoch/number", i / 7);
            }
            return i % 20 < 5 ? record.and("late" + i / 40 + "/text", "at " + i) : record;
        }
    },
    /** So many names and attributes that HDF5 keeps them in heaps, and new ones now and then. */
    MANY(false, false) {
        @Override
        Object record(int i) {
            H5Record record = H5Record.of("late" + i / 20, i);
            for (int name = 0; name < 10; name++) {
                record = record.and("name" + name, i + name);
            }
            return record;
        }

        @Override
        void configure(H5Writer.Builder<Object> writer, Layout layout) {
            for (int name = 0; name < 12; name++) {
                writer.attribute("/", "attribute" + name, "value " + name);
                writer.attribute("/name3", "attribute" + name, name);
            }
        }

        @Override
        Map<String, Object> attributes(Layout layout) {
            return Map.of("/ attribute11", "value 11", "/name3 attribute11", 11);
        }
    },
    /** Names whose last value is kept. */
    LATEST(false, false) {
        @Override
        Object record(int i) {
            return H5Record.of("step", i).and("status", "step " + i).and("matrix", new double[][] {{i, 1}, {2, -i}});
        }

        @Override
        void configure(H5Writer.Builder<Object> writer, Layout layout) {
            latest().forEach(path -> writer.column(path.substring(1), c -> c.latest()));
        }

        @Override
        Set<String> latest() {
            return Set.of("/status", "/matrix");
        }
    },
    /** Compressed rows beside a last value, which have HDF5 write and compress all. */
    PACKED_LATEST(false, false) {
        @Override
        Object record(int i) {
            return H5Record.of("step", i).and("level", i / 100 * 0.5).and("status", i);
        }

        @Override
        void configure(H5Writer.Builder<Object> writer, Layout layout) {
            writer.chunkRows(40).compression(Compression.gzip(1)).column("status", c -> c.latest());
        }

        @Override
        Set<String> latest() {
            return Set.of("/status");
        }
    },
    /** Records that come from positions in three partitions. */
    POSITIONS(true, false) {
        @Override
        Object record(int i) {
            return new Scalars(i, i + 0.25, i % 3 == 0, Colour.values()[i % 3]);
        }

        @Override
        void configure(H5Writer.Builder<Object> writer, Layout layout) {
            writer.positions(record -> "p" + ((Scalars) record).number() % 3, record -> ((Scalars) record).number());
        }

        @Override
        Map<String, Long> positions(int records) {
            return IntStream.range(Math.max(0, records - 3), records)
                    .boxed()
                    .collect(Collectors.toMap(i -> "p" + i % 3, Integer::longValue));
        }
    },
    /** Last values that are too large for an object header, and overwritten in place. */
    LARGE(false, false) {
        @Override
        Object record(int i) {
            String text = String.valueOf((char) ('a' + i % 26)).repeat(40_000);
            return H5Record.of("step", i).and("one", text).and("other", text);
        }

        @Override
        void configure(H5Writer.Builder<Object> writer, Layout layout) {
            latest().forEach(path ->
                    writer.column(path.substring(1), c -> c.latest().length(40_000)));
        }

        @Override
        Set<String> latest() {
            return Set.of("/one", "/other");
        }
    },
    /**
     * Datasets of another program, whose chunks are in B-trees of both versions and parts of several rows, with a fill value, and with
     * filters in an order of their own.
     */
    OTHERS(false, false) {
        @Override
        Object record(int i) {
            return H5Record.of("old", i)
                    .and("packed", new int[] {i, 1, -i})
                    .and("wide", new int[] {i, 2, 3, i, 5})
                    .and("scaled", i * 3);
        }

        @Override
        void begin(Path file) {
            Hdf5Calls.makeLatest(file, to -> {
                long[] rows = {0, 5};
                long[] most = {HDF5Constants.H5S_UNLIMITED, HDF5Constants.H5S_UNLIMITED};
                dataset(to, "wide", rows, most, new long[] {3, 2}, creation -> {
                    int[] fill = {-1};
                    H5.H5Pset_fill_value(creation, HDF5Constants.H5T_NATIVE_INT, fill);
                });
            });
            Hdf5Calls.addOld(file, to -> {
                long[] most = {HDF5Constants.H5S_UNLIMITED, 3};
                dataset(to, "old", new long[] {0}, new long[] {most[0]}, new long[] {1}, creation -> {});
                dataset(to, "packed", new long[] {0, 3}, most, new long[] {4, 2}, creation -> {
                    H5.H5Pset_deflate(creation, 1);
                });
                dataset(to, "scaled", new long[] {0}, new long[] {most[0]}, new long[] {8}, creation -> {
                    H5.H5Pset_fletcher32(creation);
                    H5.H5Pset_deflate(creation, 1);
                    H5.H5Pset_shuffle(creation);
                });
            });
        }

        private static void dataset(
                long to, String name, long[] shape, long[] maximum, long[] chunk, Hdf5Calls.Content properties)
                throws HDF5Exception {
            Hdf5Calls.dataset(to, name, HDF5Constants.H5T_STD_I32LE, shape, maximum, chunk, properties, dataset -> {});
        }

        @Override
        boolean isOthers() {
            return true;
        }
    };

    enum Colour {
        RED,
        GREEN,
        BLUE
    }

    record Scalars(int number, double real, boolean flag, Colour colour) {}

    record Arrays2(float[] vector, int[][] matrix) {}

    record Fixed(long number, @H5Field(length = 12) String text) {}

    record Inner(short x, double[] y) {}

    record Outer(int number, Inner inner) {}

    record Labelled(
            Instant time,
            @H5Field(unit = "degC", fill = "-999") double degrees,
            float[] spectrum) {}

    record Routed(
            @H5Field(length = 12) String group,
            int number,
            @H5Field(length = 12) String text) {}

    record Packed(int number, double level, int[] numbers) {}

    record Offsets(
            int number, @H5Field(ragged = Ragged.OFFSETS) int[] echoes) {}

    record Sequences(
            int number, @H5Field(ragged = Ragged.SEQUENCE) int[] echoes) {}

    record Strings(int number, String text) {}

    private final boolean table;
    private final boolean follow;

    Kind(boolean table, boolean follow) {
        this.table = table;
        this.follow = follow;
    }

    /** Whether it can be a table, and whether readers can follow it: its datasets are all there from the start, of fixed sizes. */
    boolean suits(Layout layout, boolean following) {
        return (table || layout == Layout.COLUMNS) && (follow || !following);
    }

    abstract Object record(int ordinal);

    /** What the writer must know besides. */
    void configure(H5Writer.Builder<Object> writer, Layout layout) {}

    /** Makes the file that the first writer finds, if there is one. */
    void begin(Path file) {}

    /** Whether there is such a file. */
    boolean isOthers() {
        return false;
    }

    /** Where a record goes. */
    String group(Object record) {
        return "";
    }

    /** Datasets by path that have one value for ever. */
    Map<String, Object> constants(Layout layout) {
        return Map.of();
    }

    /** Attributes by path and name, with a space between. */
    Map<String, Object> attributes(Layout layout) {
        return Map.of();
    }

    /** The position of each partition after some records; empty if positions are not kept. */
    Map<String, Long> positions(int records) {
        return Map.of();
    }

    /** Paths of datasets that hold the last value only. */
    Set<String> latest() {
        return Set.of();
    }

    static Iterable<Kind> all() {
        return Arrays.asList(values());
    }
}
