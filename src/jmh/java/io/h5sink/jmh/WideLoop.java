package io.h5sink.jmh;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Library;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;

/** {@link HandLoop} for {@link Wide}: an array for each column, written when it holds a chunk. */
final class WideLoop implements AutoCloseable {

    private static final int CHUNK_BYTES = 128 << 10;

    private final long file;
    private final long[] counter0 = new long[CHUNK_BYTES / 8];
    private final double[] signal0 = new double[CHUNK_BYTES / 8];
    private final int[] code0 = new int[CHUNK_BYTES / 4];
    private final float[] level0 = new float[CHUNK_BYTES / 4];
    private final short[] port = new short[CHUNK_BYTES / 2];
    private final long[] counter1 = new long[CHUNK_BYTES / 8];
    private final double[] signal1 = new double[CHUNK_BYTES / 8];
    private final int[] code1 = new int[CHUNK_BYTES / 4];
    private final float[] level1 = new float[CHUNK_BYTES / 4];
    private final byte[] state = new byte[CHUNK_BYTES / 1];
    private final long[] counter2 = new long[CHUNK_BYTES / 8];
    private final double[] signal2 = new double[CHUNK_BYTES / 8];
    private final int[] code2 = new int[CHUNK_BYTES / 4];
    private final float[] level2 = new float[CHUNK_BYTES / 4];
    private final short[] channel = new short[CHUNK_BYTES / 2];
    private final long[] counter3 = new long[CHUNK_BYTES / 8];
    private final double[] signal3 = new double[CHUNK_BYTES / 8];
    private final int[] code3 = new int[CHUNK_BYTES / 4];
    private final float[] level3 = new float[CHUNK_BYTES / 4];
    private final byte[] quality = new byte[CHUNK_BYTES / 1];
    private final List<Group> groups = new ArrayList<>();
    private final Group eights = new Group(CHUNK_BYTES / 8);
    private final Group fours = new Group(CHUNK_BYTES / 4);
    private final Group twos = new Group(CHUNK_BYTES / 2);
    private final Group ones = new Group(CHUNK_BYTES);

    /** Columns that are full at the same time. */
    private static final class Group {

        final int limit;
        final List<HandColumn> columns = new ArrayList<>();
        final List<HandColumn.Call> calls = new ArrayList<>();
        int count;

        Group(int limit) {
            this.limit = limit;
        }

        void add(HandColumn column, HandColumn.Call call) {
            columns.add(column);
            calls.add(call);
        }

        void write() throws HDF5Exception {
            for (int i = 0; i < columns.size(); i++) {
                columns.get(i).write(count, calls.get(i));
            }
            count = 0;
        }
    }

    private WideLoop(Path path) throws HDF5Exception {
        file = HandLoop.create(path);
        groups.addAll(List.of(eights, fours, twos, ones));
        eights.add(
                column("counter0", HDF5Constants.H5T_STD_I64LE, eights),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_long(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, counter0, true));
        eights.add(
                column("signal0", HDF5Constants.H5T_IEEE_F64LE, eights),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_double(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, signal0, true));
        fours.add(
                column("code0", HDF5Constants.H5T_STD_I32LE, fours),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_int(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, code0, true));
        fours.add(
                column("level0", HDF5Constants.H5T_IEEE_F32LE, fours),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_float(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, level0, true));
        twos.add(
                column("port", HDF5Constants.H5T_STD_I16LE, twos),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_short(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, port, true));
        eights.add(
                column("counter1", HDF5Constants.H5T_STD_I64LE, eights),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_long(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, counter1, true));
        eights.add(
                column("signal1", HDF5Constants.H5T_IEEE_F64LE, eights),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_double(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, signal1, true));
        fours.add(
                column("code1", HDF5Constants.H5T_STD_I32LE, fours),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_int(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, code1, true));
        fours.add(
                column("level1", HDF5Constants.H5T_IEEE_F32LE, fours),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_float(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, level1, true));
        ones.add(
                column("state", HDF5Constants.H5T_STD_I8LE, ones),
                (id, type, memory, selection) ->
                        H5.H5Dwrite(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, state, true));
        eights.add(
                column("counter2", HDF5Constants.H5T_STD_I64LE, eights),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_long(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, counter2, true));
        eights.add(
                column("signal2", HDF5Constants.H5T_IEEE_F64LE, eights),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_double(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, signal2, true));
        fours.add(
                column("code2", HDF5Constants.H5T_STD_I32LE, fours),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_int(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, code2, true));
        fours.add(
                column("level2", HDF5Constants.H5T_IEEE_F32LE, fours),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_float(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, level2, true));
        twos.add(
                column("channel", HDF5Constants.H5T_STD_I16LE, twos),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_short(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, channel, true));
        eights.add(
                column("counter3", HDF5Constants.H5T_STD_I64LE, eights),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_long(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, counter3, true));
        eights.add(
                column("signal3", HDF5Constants.H5T_IEEE_F64LE, eights),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_double(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, signal3, true));
        fours.add(
                column("code3", HDF5Constants.H5T_STD_I32LE, fours),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_int(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, code3, true));
        fours.add(
                column("level3", HDF5Constants.H5T_IEEE_F32LE, fours),
                (id, type, memory, selection) ->
                        H5.H5Dwrite_float(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, level3, true));
        ones.add(
                column("quality", HDF5Constants.H5T_STD_I8LE, ones),
                (id, type, memory, selection) ->
                        H5.H5Dwrite(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, quality, true));
    }

    private HandColumn column(String name, long type, Group group) throws HDF5Exception {
        return new HandColumn(file, name, type, group.limit);
    }

    static Work work() {
        Library.describe();
        return (file, records, clock) -> {
            try (WideLoop loop = new WideLoop(file)) {
                Flux.range(0, records).map(Wide::number).subscribe(Works.subscriber(loop::put));
            }
        };
    }

    private void put(Wide wide) throws HDF5Exception {
        int eight = eights.count++;
        int four = fours.count++;
        int two = twos.count++;
        int one = ones.count++;
        counter0[eight] = wide.counter0();
        signal0[eight] = wide.signal0();
        code0[four] = wide.code0();
        level0[four] = wide.level0();
        port[two] = wide.port();
        counter1[eight] = wide.counter1();
        signal1[eight] = wide.signal1();
        code1[four] = wide.code1();
        level1[four] = wide.level1();
        state[one] = wide.state();
        counter2[eight] = wide.counter2();
        signal2[eight] = wide.signal2();
        code2[four] = wide.code2();
        level2[four] = wide.level2();
        channel[two] = wide.channel();
        counter3[eight] = wide.counter3();
        signal3[eight] = wide.signal3();
        code3[four] = wide.code3();
        level3[four] = wide.level3();
        quality[one] = wide.quality();
        if (eights.count == eights.limit) {
            eights.write();
        }
        if (fours.count == fours.limit) {
            fours.write();
        }
        if (twos.count == twos.limit) {
            twos.write();
        }
        if (ones.count == ones.limit) {
            ones.write();
        }
    }

    @Override
    public void close() throws HDF5Exception {
        for (Group group : groups) {
            if (group.count > 0) {
                group.write();
            }
            for (HandColumn column : group.columns) {
                column.close();
            }
        }
        H5.H5Fclose(file);
    }
}
