package io.h5sink.hdf5.write;

import io.h5sink.engine.WritableFile;
import io.h5sink.filter.ChunkCoder;
import io.h5sink.format.FormatException;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.FillValue;
import io.h5sink.hdf5.ChunkedDatasetWriter;
import io.h5sink.hdf5.ObjectTree;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.storage.StorageException;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A dataset of any type that is extended by rows of its own fill value. The value is written into the rows: HDF5 does not fill the rest of
 * an existing chunk when a dataset is extended into that rest. One thread at a time.
 */
final class FillGrown implements WritableFile.Filled {

    private static final int MOST_BYTES = 1 << 20;

    private final OpenObjects file;
    private final String path;
    private long rows;

    /** Adds rows. */
    private @Nullable ChunkedDatasetWriter writer;

    /** The file that {@link #writer} was found in. */
    private @Nullable SpaceAllocator seen;

    private FillGrown(OpenObjects file, String path) {
        this.file = file;
        this.path = path;
    }

    /** Checks that the dataset has a fill value, and that rows can be added. */
    static FillGrown bind(OpenObjects file, String path) throws IOException {
        FillGrown dataset = new FillGrown(file, path);
        FoundColumn found = dataset.found();
        dataset.mustHaveValue(found.fill());
        dataset.rows = found.space().first();
        dataset.locate(found);
        return dataset;
    }

    private FoundColumn found() throws IOException {
        ObjectTree.PathEnd end = file.tree().find(path);
        if (!end.isObject()) {
            throw new IOException("it is gone; another program has removed it");
        }
        return FoundColumn.of(file.space().input(), file.tree().header(end.header()));
    }

    private void mustHaveValue(@Nullable FillValue fill) {
        if (fill == null || !fill.isUserDefined()) {
            int time = fill == null ? FillValue.IF_SET : fill.time();
            throw StorageException.schema(
                    path,
                    "a fill value of its own, for no component has it any more",
                    H5DumpText.fill(time, fill == null || !fill.set()));
        }
    }

    private void locate(FoundColumn found) throws IOException {
        ColumnPlan.mustFitMemory(path, found.chunk(), found.type().size());
        ChunkCoder coder = found.coder(path, file.filters());
        ChunkedDatasetWriter its = new ChunkedDatasetWriter(
                file.tree().find(path).header(), found.grid(), coder, StoredFill.ofChunks(file, found));
        if (!its.fits(file.space(), found.space().first())) {
            throw OpenObjects.unfit();
        }
        writer = its;
        seen = file.space();
    }

    private static long rowElements(FoundColumn found) {
        long elements = 1;
        for (int axis = 1; axis < found.space().rank(); axis++) {
            elements = Math.multiplyExact(elements, found.space().dimensions().get(axis));
        }
        return elements;
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public void fill(long length) {
        try {
            FoundColumn found = found();
            if (found.space().first() != rows) {
                throw StorageException.schema(
                        path,
                        rows + " rows, as this sink left it",
                        found.space().first() + " rows; another program changed it");
            }
            if (seen != file.space()) {
                locate(found);
            }
            write(found, length);
            rows = length;
        } catch (IOException | FormatException e) {
            throw StorageException.write(
                    path, "the fill value cannot be written from row " + rows + " on: " + OpenObjects.reason(e), e);
        }
    }

    private void write(FoundColumn found, long length) throws IOException {
        Datatype type = found.type();
        FillValue fill = found.fill();
        mustHaveValue(fill);
        StoredFill value = Objects.requireNonNull(StoredFill.of(file, type, Objects.requireNonNull(fill)));
        long elements = rowElements(found);
        long rowBytes = Math.max(1, Math.multiplyExact(elements, type.size()));
        int most = (int) Math.max(1, Math.min(length - rows, MOST_BYTES / rowBytes));
        ByteBuffer data = null;
        for (long row = rows; row < length; row += most) {
            int count = (int) Math.min(most, length - row);
            if (data == null || !type.references().isEmpty()) {
                data = ByteBuffer.allocateDirect(Math.toIntExact(elements * count * type.size()));
                value.put(data);
                data.flip();
            }
            ByteBuffer some = data.duplicate().limit(Math.toIntExact(count * elements * type.size()));
            Objects.requireNonNull(writer).write(file.space(), row, row, count, some);
        }
    }

    @Override
    public void truncate(long length) {
        // a commit that fails is undone as a whole
    }
}
