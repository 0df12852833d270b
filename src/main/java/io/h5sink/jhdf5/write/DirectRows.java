package io.h5sink.jhdf5.write;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.ChunkCoder;
import io.h5sink.hdf5.ChunkGrid;
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

/** Adds rows to a dataset without the C library, where a commit does without it. */
final class DirectRows {

    private final DirectUse directUse;
    private final String path;
    private final ColumnType type;

    /** How rows lie in chunks; null if the library must know. */
    private final @Nullable ChunkGrid lines;

    /** The dataset as it gets rows; null until it is known where it is. */
    private @Nullable ChunkedDatasetWriter dataset;

    private boolean used;

    DirectRows(DirectUse directUse, String path, ColumnType type, @Nullable ChunkGrid lines) {
        this.directUse = directUse;
        this.path = path;
        this.type = type;
        this.lines = lines;
    }

    /** Whether the library need not know how rows lie in chunks. */
    boolean possible() {
        return lines != null;
    }

    /** Whether any were added, or were tried to be. */
    boolean used() {
        return used;
    }

    boolean located() {
        return dataset != null;
    }

    /** Notes where it is. */
    void locate(long from, String name, @Nullable ChunkCoder coder) throws HDF5Exception {
        dataset = new ChunkedDatasetWriter(Links.header(from, name), Objects.requireNonNull(lines), coder);
    }

    /** The dataset, once it is known where it is. */
    ChunkedDatasetWriter dataset() {
        return Objects.requireNonNull(dataset);
    }

    /** Says what rows will be added to so many. */
    void announce(long firstRow, long rows, ByteBuffer data) {
        try {
            if (directUse.direct() != null && dataset != null) {
                dataset.announce(firstRow, rows, data);
            }
        } catch (HDF5Exception e) {
            throw StorageException.write(path, "HDF5 refused the dataset: " + ErrorStack.reason(e), e);
        }
    }

    /** Adds rows of fixed size to so many; false if the library must. */
    boolean append(long rows, long firstRow, int count, ByteBuffer data) throws HDF5Exception {
        SpaceAllocator to = directUse.direct();
        if (to == null || dataset == null) {
            return false;
        }
        append(to, dataset, rows, firstRow, count, data);
        return true;
    }

    /** Adds rows of variable size to so many; false if the library must. */
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
