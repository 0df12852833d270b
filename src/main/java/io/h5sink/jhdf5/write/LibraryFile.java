package io.h5sink.jhdf5.write;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.engine.OpenRequest;
import io.h5sink.engine.Positions;
import io.h5sink.engine.WritableFile;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.hdf5.PositionRows;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.commit.DiskSession;
import io.h5sink.jhdf5.commit.FileSession;
import io.h5sink.jhdf5.commit.MemorySession;
import io.h5sink.jhdf5.commit.Preread;
import io.h5sink.jhdf5.file.AttributeText;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.schema.Axes;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.CoreDriver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file that a sink writes to and Java does not, made and opened by the C library, whose rows Java writes where possible ({@link
 * DirectUse}). One thread at a time.
 */
public final class LibraryFile implements WritableFile {

    private final FileSession session;
    private final Attributes attributes;
    private final DimensionScales scales;
    private final DirectUse directUse;

    /**
     * Prepares a session with a file, without opening the file.
     *
     * @param request the file, and how it is to be opened
     */
    public LibraryFile(OpenRequest request) {
        this.session = request.file().access() instanceof CoreDriver core
                ? new MemorySession(request, core)
                : new DiskSession(request);
        this.attributes = new Attributes(session);
        this.scales = new DimensionScales(session, attributes);
        this.directUse = new DirectUse(session, scales);
    }

    @Override
    public void open() {
        Library.calls();
        session.open();
        directUse.open();
    }

    @Override
    public boolean isOpen() {
        return session.isOpen();
    }

    @Override
    public Dataset dataset(String path, ColumnType type, long[] chunk, ChunkCoding coding) {
        LibraryDataset dataset = bound(path, () -> {
            LibraryDataset bound =
                    new LibraryDataset(session, directUse, attributes, new DatasetPlan(path, type, coding));
            bound.bind(chunk);
            return bound;
        });
        if (type.kind() == ColumnType.Kind.COMPOUND && dataset.isMade()) {
            for (String index : bound(path, () -> TableIndexes.of(id(), path))) {
                ByteBuffer yes = ByteBuffer.allocateDirect(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(0, 1);
                attribute(index, TableIndexes.DIRTY, ColumnType.scalar(ColumnType.Kind.INT64), yes);
            }
        }
        return dataset;
    }

    @Override
    public Filled filled(String path) {
        directUse.refuse(path + " has no component any more and grows by its fill value");
        return bound(path, () -> {
            FilledDataset dataset = new FilledDataset(session, path);
            dataset.bind();
            return dataset;
        });
    }

    @Override
    public Latest latest(String path, ColumnType type) {
        directUse.refuse(path + " keeps its last value");
        return bound(path, () -> {
            LatestDataset dataset = new LatestDataset(session, attributes, path, type);
            dataset.check();
            return dataset;
        });
    }

    private <R> R bound(String path, FileSession.Reading<R> reading) {
        try {
            return session.reading(reading);
        } catch (HDF5Exception e) {
            throw StorageException.write(path, "HDF5 refused the dataset: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public SchemaDifference compare(Map<String, ColumnType> columns) {
        try {
            return session.reading(() -> SchemaComparison.of(session, columns));
        } catch (HDF5Exception e) {
            throw StorageException.write(null, "HDF5 refused to list what is there: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public Positions positions() {
        return bound(PositionRows.PATH, () -> {
            PositionTable table = new PositionTable(session, directUse, attributes);
            table.bind();
            return table;
        });
    }

    @Override
    public @Nullable String attributeText(String object, String name) {
        try {
            return Preread.twice(session, () -> Optional.ofNullable(AttributeText.read(id(), object, name)))
                    .orElse(null);
        } catch (HDF5Exception e) {
            throw StorageException.write(
                    object, "the attribute \"" + name + "\" cannot be read: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public void attribute(String object, String name, ColumnType type, ByteBuffer data) {
        reserve(object, data.remaining());
        attributes.put(object, name, type, data);
    }

    @Override
    public void label(Axes axes) {
        scales.promise(axes);
    }

    @Override
    public List<String> awaited() {
        return attributes.awaited();
    }

    @Override
    public void group(String path) {
        try {
            Preread.path(session, path);
            Links.makeGroup(id(), path);
        } catch (HDF5Exception e) {
            throw StorageException.write(path, "HDF5 refused the group: " + ErrorStack.reason(e), e);
        }
        attributes.made(path);
    }

    @Override
    public void text(String path, ByteBuffer utf8) {
        reserve(path, utf8.remaining());
        try {
            TextDataset.put(session, path, utf8);
        } catch (HDF5Exception e) {
            throw StorageException.write(path, "HDF5 refused the string: " + ErrorStack.reason(e), e);
        }
        attributes.made(path);
    }

    long id() {
        return session.id();
    }

    /** Reserves disk space for an object that HDF5 may write when the object is closed, and closing must not fail. */
    private void reserve(String object, long bytes) {
        try {
            session.reserve(2 * bytes, 0, true);
        } catch (HDF5Exception e) {
            throw StorageException.write(object, "HDF5 does not know the file's size: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public boolean suspend() {
        return session.suspend();
    }

    @Override
    public boolean commit() {
        try {
            if (session.isOpen() && session.direct() == null) {
                session.reserve(0, 0, true);
                scales.fulfil();
            }
            return session.commit();
        } catch (HDF5Exception e) {
            throw incomplete(e);
        }
    }

    @Override
    public void close() {
        try {
            if (directUse.isCoded()) {
                session.tidy(directUse.tidying());
            }
            session.close();
        } catch (HDF5Exception e) {
            throw incomplete(e);
        }
    }

    @Override
    public boolean abandon() {
        try {
            return session.abandon();
        } catch (HDF5Exception e) {
            throw incomplete(e);
        }
    }

    private static StorageException incomplete(HDF5Exception e) {
        return StorageException.write(null, "the file cannot be completed: " + ErrorStack.reason(e), e);
    }

    @Override
    public @Nullable ByteBuffer image() {
        return session.image();
    }
}
