package io.h5sink.jmh;

import java.io.File;
import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * JHDF5's compound writer: the rows of a block as objects, written as one compound dataset. By reflection, because JHDF5 and
 * the embedded HDF5 share class names and cannot be compiled against together; a call of it writes a whole block.
 */
@State(Scope.Thread)
public class Jhdf5Benchmark {

    private static final String PACKAGE = "ch.systemsx.cisd.hdf5.";
    private static final int BLOCK_ROWS = 1 << 12;

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

    private final Row[] block = Stream.generate(Row::new).limit(BLOCK_ROWS).toArray(Row[]::new);
    private Method open;
    private Method close;
    private Method compound;
    private Method inferredType;
    private Method createArray;
    private Method writeBlock;

    @Setup
    public void find() throws ReflectiveOperationException {
        Class<?> type = Class.forName(PACKAGE + "HDF5CompoundType");
        Class<?> writer = Class.forName(PACKAGE + "IHDF5Writer");
        Class<?> compounds = Class.forName(PACKAGE + "IHDF5CompoundWriter");
        open = Class.forName(PACKAGE + "HDF5Factory").getMethod("open", File.class);
        close = writer.getMethod("close");
        compound = writer.getMethod("compound");
        inferredType = compounds.getMethod("getInferredType", Class.class);
        createArray = compounds.getMethod("createArray", String.class, type, long.class, int.class);
        writeBlock = compounds.getMethod("writeArrayBlockWithOffset", String.class, type, Object[].class, long.class);
    }

    @Benchmark
    public void compound(Scratch scratch) throws ReflectiveOperationException {
        Object writer = open.invoke(null, scratch.file.toFile());
        Object compounds = compound.invoke(writer);
        Object type = inferredType.invoke(compounds, Row.class);
        createArray.invoke(compounds, "/readings", type, 0L, BLOCK_ROWS);
        for (int from = 0; from < scratch.records; from += BLOCK_ROWS) {
            int count = Math.min(BLOCK_ROWS, scratch.records - from);
            for (int i = 0; i < count; i++) {
                block[i].set(Reading.number(from + i));
            }
            Row[] rows = count == BLOCK_ROWS ? block : java.util.Arrays.copyOf(block, count);
            writeBlock.invoke(compounds, "/readings", type, rows, (long) from);
        }
        close.invoke(writer);
    }
}
