package io.h5sink.jhdf5.write;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.ChunkCoder;
import io.h5sink.format.index.ChunkGrid;
import io.h5sink.hdf5.ChunkedDatasetWriter;
import io.h5sink.hdf5.VariableLengthWriter;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Adds rows to a dataset in Java, in commits that Java writes. */
final class DirectRows {

    private final DirectUse directUse;
    private final String path;
    private final ColumnType type;

    /** The rows' place in chunks; null if only the C library can write them. */
    private final @Nullable ChunkGrid grid;

    /** Java's writer of the dataset; null until the object header is located. */
    private @Nullable ChunkedDatasetWriter dataset;

    private boolean used;

    DirectRows(DirectUse directUse, String path, ColumnType type, @Nullable ChunkGrid grid) {
        this.directUse = directUse;
        this.path = path;
        this.type = type;
        this.grid = grid;
    }

    /** Whether Java can place rows in the dataset's chunks. */
    boolean possible() {
        return grid != null;
    }

    /** Whether Java has added rows, or has tried to. */
    boolean used() {
        return used;
    }

    boolean located() {
        return dataset != null;
    }

    /** Locates the object header of the dataset. */
    void locate(long from, String name, @Nullable ChunkCoder coder) throws HDF5Exception {
        dataset = new ChunkedDatasetWriter(Links.header(from, name), Objects.requireNonNull(grid), coder);
    }

    /** Java's writer of the dataset, once the object header is located. */
    ChunkedDatasetWriter dataset() {
        return Objects.requireNonNull(dataset);
    }

    /** Announces rows that will be added behind the given number of rows. */
    void announce(long firstRow, long rows, ByteBuffer data) {
        try {
            if (directUse.direct() != null && dataset != null) {
                dataset.announce(firstRow, rows, data);
            }
        } catch (HDF5Exception e) {
            throw StorageException.write(path, "HDF5 refused the dataset: " + ErrorStack.reason(e), e);
        }
    }

    /** Adds rows of fixed size behind the given number of rows; false if the C library must write them. */
    boolean append(long rows, long firstRow, int count, ByteBuffer data) throws HDF5Exception {
        SpaceAllocator to = directUse.direct();
        if (to == null || dataset == null) {
            return false;
        }
        append(to, dataset, rows, firstRow, count, data);
        return true;
    }

    /** Adds rows of variable size behind the given number of rows; false if the C library must write them. */
    boolean appendVariable(long rows, long firstRow, int count, ByteBuffer data, IntBuffer starts) {
        try {
            SpaceAllocator to = directUse.direct();
            if (to == null || dataset == null) {
                return false;
            }
            ByteBuffer references = type.ragged()
                    ? VariableLengthWriter.sequences(directUse.heap(to), count, data, starts, type.elementBytes())
                    : VariableLengthWriter.strings(directUse.heap(to), count * (int) type.elements(), data);
            append(to, dataset, rows, firstRow, count, references);
            return true;
        } catch (HDF5Exception e) {
            throw StorageException.write(path, "HDF5 refused the file: " + ErrorStack.reason(e), e);
        } catch (IOException e) {
            throw StorageException.write(
                    path,
                    count + " rows of varying size at row " + firstRow + " cannot be written: " + e.getMessage(),
                    e);
        }
    }

    private void append(
            SpaceAllocator to, ChunkedDatasetWriter growing, long rows, long firstRow, int count, ByteBuffer data) {
        try {
            used = true;
            growing.write(to, rows, firstRow, count, data);
        } catch (IOException e) {
            throw StorageException.write(
                    path, count + " rows at row " + firstRow + " cannot be written: " + e.getMessage(), e);
        }
    }
}
