package io.h5sink.jmh;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * JHDF5's writers, a block of rows at a time: objects to a compound dataset, or arrays to a dataset for each component. By
 * reflection, because JHDF5 and the embedded HDF5 share class names and cannot be compiled against together; a call of it
 * writes a whole block.
 */
final class Jhdf5 implements Work {

    private static final String PACKAGE = "ch.systemsx.cisd.hdf5.";
    private static final int BLOCK_ROWS = 1 << 12;
    private static final int CHUNK_BYTES = 128 << 10;

    private final boolean compound;

    Jhdf5(boolean compound) {
        this.compound = compound;
    }

    /** JHDF5 19 knows fields, not record components. */
    public static class Row {
        long time;
        int station;
        double temperature;
        double humidity;

        void set(Reading reading) {
            time = reading.time();
            station = reading.station();
            temperature = reading.temperature();
            humidity = reading.humidity();
        }
    }

    @Override
    public void run(Path file, int records, Clock clock) throws ReflectiveOperationException {
        Object writer = type("HDF5Factory").getMethod("open", File.class).invoke(null, file.toFile());
        if (compound) {
            writeRows(writer, records);
        } else {
            writeArrays(writer, records);
        }
        type("IHDF5Writer").getMethod("close").invoke(writer);
    }

    private static void writeRows(Object writer, int records) throws ReflectiveOperationException {
        Class<?> type = type("HDF5CompoundType");
        Class<?> writes = type("IHDF5CompoundWriter");
        Object compounds = part(writer, "compound");
        Object inferred = writes.getMethod("getInferredType", Class.class).invoke(compounds, Row.class);
        writes.getMethod("createArray", String.class, type, long.class, int.class)
                .invoke(compounds, "/readings", inferred, 0L, BLOCK_ROWS);
        Method write = writes.getMethod("writeArrayBlockWithOffset", String.class, type, Object[].class, long.class);
        Row[] block = Stream.generate(Row::new).limit(BLOCK_ROWS).toArray(Row[]::new);
        for (int from = 0; from < records; from += BLOCK_ROWS) {
            int count = Math.min(BLOCK_ROWS, records - from);
            for (int i = 0; i < count; i++) {
                block[i].set(Reading.number(from + i));
            }
            Row[] rows = count == BLOCK_ROWS ? block : Arrays.copyOf(block, count);
            write.invoke(compounds, "/readings", inferred, rows, (long) from);
        }
    }

    private static void writeArrays(Object writer, int records) throws ReflectiveOperationException {
        Column time = new Column(writer, "int64", "IHDF5LongWriter", "time", new long[CHUNK_BYTES / Long.BYTES]);
        Column station = new Column(writer, "int32", "IHDF5IntWriter", "station", new int[CHUNK_BYTES / Integer.BYTES]);
        Column temperature = new Column(
                writer, "float64", "IHDF5DoubleWriter", "temperature", new double[CHUNK_BYTES / Double.BYTES]);
        Column humidity =
                new Column(writer, "float64", "IHDF5DoubleWriter", "humidity", new double[CHUNK_BYTES / Double.BYTES]);
        long[] times = (long[]) time.block;
        int[] stations = (int[]) station.block;
        double[] temperatures = (double[]) temperature.block;
        double[] humidities = (double[]) humidity.block;
        int wide = 0;
        int narrow = 0;
        for (int i = 0; i < records; i++) {
            Reading reading = Reading.number(i);
            times[wide] = reading.time();
            temperatures[wide] = reading.temperature();
            humidities[wide] = reading.humidity();
            stations[narrow] = reading.station();
            wide++;
            narrow++;
            if (wide == times.length || i == records - 1) {
                time.write(wide);
                temperature.write(wide);
                humidity.write(wide);
                wide = 0;
            }
            if (narrow == stations.length || i == records - 1) {
                station.write(narrow);
                narrow = 0;
            }
        }
    }

    /** A dataset, and the array that is its block. */
    private static final class Column {

        final Object block;
        private final Object writer;
        private final String name;
        private final Method write;
        private final Method writePart;
        private long blocks;

        Column(Object file, String part, String kind, String name, Object block) throws ReflectiveOperationException {
            this.block = block;
            this.name = name;
            writer = part(file, part);
            Class<?> writes = type(kind);
            writes.getMethod("createArray", String.class, long.class, int.class).invoke(writer, name, 0L, length());
            write = writes.getMethod("writeArrayBlock", String.class, block.getClass(), long.class);
            writePart = writes.getMethod(
                    "writeArrayBlockWithOffset", String.class, block.getClass(), int.class, long.class);
        }

        private int length() {
            return java.lang.reflect.Array.getLength(block);
        }

        void write(int count) throws IllegalAccessException, InvocationTargetException {
            if (count == length()) {
                write.invoke(writer, name, block, blocks++);
            } else {
                writePart.invoke(writer, name, block, count, blocks * length());
            }
        }
    }

    private static Object part(Object writer, String name) throws ReflectiveOperationException {
        return type("IHDF5Writer").getMethod(name).invoke(writer);
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName(PACKAGE + name);
    }
}
