package io.h5sink.jmh;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.nio.file.Path;

/**
 * What a good engineer writes without the sink: an array for each column, written when it holds a chunk. The file has the
 * same bounds, chunks and properties as the sink's; arrays are pinned, not copied; chunks bypass the cache.
 */
final class HandLoop implements AutoCloseable {

    private static final int CHUNK_BYTES = 128 << 10;

    private final long file;
    private final Column time;
    private final Column station;
    private final Column temperature;
    private final Column humidity;
    private final long[] times = new long[CHUNK_BYTES / Long.BYTES];
    private final int[] stations = new int[CHUNK_BYTES / Integer.BYTES];
    private final double[] temperatures = new double[CHUNK_BYTES / Double.BYTES];
    private final double[] humidities = new double[CHUNK_BYTES / Double.BYTES];
    private int wide;
    private int narrow;

    HandLoop(Path path) throws HDF5Exception {
        long access = H5.H5Pcreate(HDF5Constants.H5P_FILE_ACCESS);
        H5.H5Pset_libver_bounds(access, HDF5Constants.H5F_LIBVER_V110, HDF5Constants.H5F_LIBVER_V110);
        file = H5.H5Fcreate(path.toString(), HDF5Constants.H5F_ACC_EXCL, HDF5Constants.H5P_DEFAULT, access);
        H5.H5Pclose(access);
        time = new Column(file, "time", HDF5Constants.H5T_STD_I64LE, times.length);
        station = new Column(file, "station", HDF5Constants.H5T_STD_I32LE, stations.length);
        temperature = new Column(file, "temperature", HDF5Constants.H5T_IEEE_F64LE, temperatures.length);
        humidity = new Column(file, "humidity", HDF5Constants.H5T_IEEE_F64LE, humidities.length);
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
        time.grow(wide);
        H5.H5Dwrite_long(time.id, time.type, time.memory, time.selection, HDF5Constants.H5P_DEFAULT, times, true);
        time.grown();
        temperature.grow(wide);
        H5.H5Dwrite_double(
                temperature.id,
                temperature.type,
                temperature.memory,
                temperature.selection,
                HDF5Constants.H5P_DEFAULT,
                temperatures,
                true);
        temperature.grown();
        humidity.grow(wide);
        H5.H5Dwrite_double(
                humidity.id,
                humidity.type,
                humidity.memory,
                humidity.selection,
                HDF5Constants.H5P_DEFAULT,
                humidities,
                true);
        humidity.grown();
        wide = 0;
    }

    private void writeNarrow() throws HDF5Exception {
        station.grow(narrow);
        H5.H5Dwrite_int(
                station.id, station.type, station.memory, station.selection, HDF5Constants.H5P_DEFAULT, stations, true);
        station.grown();
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

    /** A dataset, and where the next rows go. */
    private static final class Column {

        final long id;
        final long type;
        long memory;
        long selection;
        private long rows;

        Column(long file, String name, long type, int chunkRows) throws HDF5Exception {
            this.type = type;
            long space = H5.H5Screate_simple(1, new long[] {0}, new long[] {HDF5Constants.H5S_UNLIMITED});
            long creation = H5.H5Pcreate(HDF5Constants.H5P_DATASET_CREATE);
            H5.H5Pset_chunk(creation, 1, new long[] {chunkRows});
            H5.H5Pset_fill_time(creation, HDF5Constants.H5D_FILL_TIME_NEVER);
            H5.H5Pset_obj_track_times(creation, false);
            long access = H5.H5Pcreate(HDF5Constants.H5P_DATASET_ACCESS);
            H5.H5Pset_chunk_cache(access, 1, 0, 1);
            id = H5.H5Dcreate(file, name, type, space, HDF5Constants.H5P_DEFAULT, creation, access);
            H5.H5Pclose(access);
            H5.H5Pclose(creation);
            H5.H5Sclose(space);
        }

        void grow(int count) throws HDF5Exception {
            H5.H5Dset_extent(id, new long[] {rows + count});
            memory = H5.H5Screate_simple(1, new long[] {count}, null);
            selection = H5.H5Dget_space(id);
            H5.H5Sselect_hyperslab(
                    selection, HDF5Constants.H5S_SELECT_SET, new long[] {rows}, null, new long[] {count}, null);
            rows += count;
        }

        void grown() throws HDF5Exception {
            H5.H5Sclose(selection);
            H5.H5Sclose(memory);
        }

        void close() throws HDF5Exception {
            H5.H5Dclose(id);
        }
    }
}
