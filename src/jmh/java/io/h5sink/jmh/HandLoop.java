package io.h5sink.jmh;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.nio.file.Path;

/**
 * What a good engineer writes without the sink: an array for each column, written when it holds a chunk. The file has the
 * same bounds, chunks and properties as the sink's; arrays are pinned, not copied.
 */
final class HandLoop implements AutoCloseable {

    private static final int CHUNK_BYTES = 128 << 10;

    private final long file;
    private final HandColumn time;
    private final HandColumn station;
    private final HandColumn temperature;
    private final HandColumn humidity;
    private final long[] times = new long[CHUNK_BYTES / Long.BYTES];
    private final int[] stations = new int[CHUNK_BYTES / Integer.BYTES];
    private final double[] temperatures = new double[CHUNK_BYTES / Double.BYTES];
    private final double[] humidities = new double[CHUNK_BYTES / Double.BYTES];
    private int wide;
    private int narrow;

    HandLoop(Path path) throws HDF5Exception {
        file = create(path);
        time = new HandColumn(file, "time", HDF5Constants.H5T_STD_I64LE, times.length);
        station = new HandColumn(file, "station", HDF5Constants.H5T_STD_I32LE, stations.length);
        temperature = new HandColumn(file, "temperature", HDF5Constants.H5T_IEEE_F64LE, temperatures.length);
        humidity = new HandColumn(file, "humidity", HDF5Constants.H5T_IEEE_F64LE, humidities.length);
    }

    static long create(Path path) throws HDF5Exception {
        long access = H5.H5Pcreate(HDF5Constants.H5P_FILE_ACCESS);
        H5.H5Pset_libver_bounds(access, HDF5Constants.H5F_LIBVER_V110, HDF5Constants.H5F_LIBVER_V110);
        long file = H5.H5Fcreate(path.toString(), HDF5Constants.H5F_ACC_EXCL, HDF5Constants.H5P_DEFAULT, access);
        H5.H5Pclose(access);
        return file;
    }

    void put(Reading reading) throws HDF5Exception {
        times[wide] = reading.time();
        temperatures[wide] = reading.temperature();
        humidities[wide] = reading.humidity();
        stations[narrow] = reading.station();
        wide++;
        narrow++;
        if (wide == times.length) {
            writeWide();
        }
        if (narrow == stations.length) {
            writeNarrow();
        }
    }

    private void writeWide() throws HDF5Exception {
        time.write(
                wide,
                (id, type, memory, selection) ->
                        H5.H5Dwrite_long(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, times, true));
        temperature.write(
                wide,
                (id, type, memory, selection) ->
                        H5.H5Dwrite_double(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, temperatures, true));
        humidity.write(
                wide,
                (id, type, memory, selection) ->
                        H5.H5Dwrite_double(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, humidities, true));
        wide = 0;
    }

    private void writeNarrow() throws HDF5Exception {
        station.write(
                narrow,
                (id, type, memory, selection) ->
                        H5.H5Dwrite_int(id, type, memory, selection, HDF5Constants.H5P_DEFAULT, stations, true));
        narrow = 0;
    }

    @Override
    public void close() throws HDF5Exception {
        if (wide > 0) {
            writeWide();
        }
        if (narrow > 0) {
            writeNarrow();
        }
        time.close();
        station.close();
        temperature.close();
        humidity.close();
        H5.H5Fclose(file);
    }
}
