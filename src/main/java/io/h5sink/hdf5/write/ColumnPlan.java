package io.h5sink.hdf5.write;

import io.h5sink.filter.ChunkCoder;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.filter.Filter;
import io.h5sink.format.message.Dataspace;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a column's dataset: the datatype, dataspace, chunks and filters that the dataset gets if it is made now.
 *
 * @param path the absolute path
 * @param type the type of a row
 * @param coding the filters of existing datasets, and of new ones unless rows have varying size
 */
public record ColumnPlan(String path, ColumnType type, ChunkCoding coding) {

    private static final long LARGEST_CHUNK = 1L << 30;

    /** The plan for rows of the type that an existing dataset has. */
    ColumnPlan stored(ColumnType found) {
        return new ColumnPlan(path, found, coding);
    }

    /** Java's implementation of the filters of an existing dataset; null if Java has not all of them. */
    @Nullable
    public ChunkCoder coder(List<Filter> filters, long[] chunk) {
        return coding.find(filters, chunkBytes(chunk));
    }

    /**
     * Throws if a chunk does not fit into memory: HDF5 fills or compresses a chunk in a buffer of the whole chunk, and writes all of that
     * buffer each time.
     */
    public void mustFitMemory(long[] chunk, long elementBytes) {
        mustFitMemory(path, chunk, elementBytes);
    }

    /** Throws if a chunk of a dataset does not fit into memory. */
    static void mustFitMemory(String path, long[] chunk, long elementBytes) {
        double bytes = elementBytes;
        for (long length : chunk) {
            bytes *= length;
        }
        if (bytes > LARGEST_CHUNK) {
            throw StorageException.schema(
                    path,
                    "chunks of at most " + LARGEST_CHUNK + " bytes, which HDF5 writes as a whole",
                    "chunks of " + Arrays.toString(chunk) + " elements of " + elementBytes + " bytes");
        }
    }

    /** Whether new chunks are filtered. */
    public boolean codes() {
        return !type.variable() && coding.codes();
    }

    /** The coder of new chunks; null if chunks are not filtered. */
    @Nullable
    public ChunkCoder coder(long[] chunk) {
        if (!codes()) {
            return null;
        }
        mustFitMemory(chunk, type.elementBytes());
        return coding.make(type.elementBytes(), chunkBytes(chunk));
    }

    /** The bytes of a chunk without filters. */
    public int chunkBytes(long[] chunk) {
        long bytes = elementBytes();
        for (long length : chunk) {
            bytes *= length;
        }
        return Math.toIntExact(bytes);
    }

    /** The size of an element in the file; elements of variable length are references. */
    long elementBytes() {
        return type.variable() ? VariableLengthValues.REFERENCE : type.elementBytes();
    }

    /** The dataspace with a number of rows, unlimited along the first axis. */
    Dataspace space(long rows) {
        List<Long> extents = new ArrayList<>();
        for (long extent : extent(rows)) {
            extents.add(extent);
        }
        return Dataspace.growing(extents);
    }

    /** The extents of a number of rows. */
    public long[] extent(long firstAxis) {
        long[] extent = new long[type.shape().size() + 1];
        extent[0] = firstAxis;
        for (int axis = 1; axis < extent.length; axis++) {
            extent[axis] = type.shape().get(axis - 1);
        }
        return extent;
    }
}
