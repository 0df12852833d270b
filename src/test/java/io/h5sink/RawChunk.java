package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.hdf5.SourceInfo.Filter;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;

/**
 * A dataset of float64 that has one chunk, whose bytes are put into the file as they are.
 *
 * @param extent of the dataset and of the chunk
 * @param filters what the file says that the chunk went through
 * @param mask of the filters that it did not go through
 */
record RawChunk(String name, int extent, List<Filter> filters, byte[] bytes, int mask) {

    private static final String WRITE = """
            import h5py, sys
            with h5py.File(sys.argv[1], 'w') as f:
                for name, extent, filters, chunk, mask in zip(*[iter(sys.argv[2:])] * 5):
                    dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                    dcpl.set_chunk((int(extent),))
                    for each in filters.split(';')[:-1]:
                        id, values = each.split(' ')
                        dcpl.set_filter(int(id), h5py.h5z.FLAG_OPTIONAL, tuple(v & 0xffffffff for v in eval(values)))
                    space = h5py.h5s.create_simple((int(extent),))
                    d = h5py.h5d.create(f.id, name.encode(), h5py.h5t.IEEE_F64LE, space, dcpl)
                    d.write_direct_chunk((0,), bytes.fromhex(chunk), int(mask))
            """;

    static Filter filter(int id, List<Integer> values) {
        return new Filter(id, values, true);
    }

    /** Makes a file of some: by h5py, or by the HDF5 that comes from Maven Central. */
    static void write(Path file, RawChunk... chunks) {
        if (!Python.isPresent()) {
            here(file, chunks);
            return;
        }
        List<Object> arguments = new java.util.ArrayList<>(List.of(file));
        for (RawChunk chunk : chunks) {
            StringBuilder filters = new StringBuilder();
            chunk.filters.forEach(filter -> filters.append(filter.id())
                    .append(' ')
                    .append(filter.values().toString().replace(" ", ""))
                    .append(';'));
            arguments.addAll(List.of(
                    chunk.name, chunk.extent, filters, HexFormat.of().formatHex(chunk.bytes), chunk.mask));
        }
        Python.run(WRITE, arguments.toArray());
    }

    private static void here(Path file, RawChunk... chunks) {
        hdf5.H5open();
        long id = hdf5.H5Fcreate(file.toString(), hdf5.H5F_ACC_TRUNC, 0, 0);
        for (RawChunk chunk : chunks) {
            long creation = hdf5.H5Pcreate(hdf5.H5P_CLS_DATASET_CREATE_ID_g());
            hdf5.H5Pset_chunk(creation, 1, chunk.extent);
            for (Filter filter : chunk.filters) {
                int[] values = filter.values().stream().mapToInt(value -> value).toArray();
                hdf5.H5Pset_filter(creation, filter.id(), hdf5.H5Z_FLAG_OPTIONAL, values.length, values);
            }
            long space = hdf5.H5Screate_simple(1, new long[] {chunk.extent}, chunk.extent);
            long dataset = hdf5.H5Dcreate2(id, chunk.name, hdf5.H5T_IEEE_F64LE_g(), space, 0, creation, 0);
            try (BytePointer bytes = new BytePointer(chunk.bytes)) {
                assertThat(hdf5.H5Dwrite_chunk(dataset, 0, chunk.mask, new long[1], chunk.bytes.length, bytes))
                        .isZero();
            }
            hdf5.H5Dclose(dataset);
            hdf5.H5Sclose(space);
            hdf5.H5Pclose(creation);
        }
        assertThat(hdf5.H5Fclose(id)).isZero();
    }
}
