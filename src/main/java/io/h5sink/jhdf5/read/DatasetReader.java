package io.h5sink.jhdf5.read;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.FormatException;
import io.h5sink.format.Superblock;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.DataSelection;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.hdf5.DatasetSpaces;
import io.h5sink.hdf5.OpenSources;
import io.h5sink.hdf5.VirtualFileNames;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.file.DatasetLengths;
import io.h5sink.jhdf5.file.DiskView;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.file.PathOpener;
import io.h5sink.jhdf5.file.ReferencePaths;
import io.h5sink.jhdf5.type.LibraryElements;
import io.h5sink.jhdf5.type.LibraryType;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A dataset that is open for reading and, if the file is open for writing, for replacing elements in place. One thread at a time. */
public final class DatasetReader implements OpenSources.OpenSource {

    /** The value of {@code as} for the dataset's own type. */
    static final long OWN = -1;

    private final ReferencePaths file;
    private final Handle dataset;
    private final @Nullable LibraryType type;
    private final DatasetInfo info;
    private final DiskView disk;

    private final LibraryTransfer transfer;

    /** The reader of elements; null if Java has no value for the type. */
    private final @Nullable ElementReader elements;

    private DatasetReader(
            ReferencePaths file,
            Handle dataset,
            @Nullable LibraryType type,
            DatasetInfo info,
            DiskView disk,
            OpenSources sources,
            int level) {
        this.file = file;
        this.dataset = dataset;
        this.type = type;
        this.info = info;
        this.disk = disk;
        this.transfer = new LibraryTransfer(dataset, info);
        this.elements = type == null ? null : new ElementReader(dataset, info, type, disk, sources, level, transfer);
    }

    /**
     * Opens a dataset.
     *
     * @param as the identifier of the file type to which elements are converted; {@link #OWN} for the dataset's own type
     * @param level the number of nested virtual datasets that have led to this one
     */
    static DatasetReader open(PathOpener paths, String path, DiskView disk, OpenSources sources, long as, int level)
            throws HDF5Exception {
        Meaning meaning = fileType -> LibraryType.of(path, as == OWN ? fileType : as);
        return open(paths, path, disk, sources, meaning, level);
    }

    /** Opens a dataset whose elements lie in the dataset completely (no heap), for reading them as they are in the file. */
    static DatasetReader raw(PathOpener paths, String path, DiskView disk, OpenSources sources) throws HDF5Exception {
        return open(paths, path, disk, sources, LibraryType::raw, 0);
    }

    /** The interpretation of a file type. */
    private interface Meaning {
        LibraryType of(long fileType) throws HDF5Exception;
    }

    private static DatasetReader open(
            PathOpener paths, String path, DiskView disk, OpenSources sources, Meaning meaning, int level)
            throws HDF5Exception {
        LibraryType type = null;
        ReferencePaths file = paths.references;
        Handle dataset = paths.open(path);
        try (Handle fileType = Handle.type(H5.H5Dget_type(dataset.id))) {
            StorageException refusal = null;
            try {
                type = meaning.of(fileType.id);
            } catch (StorageException e) {
                refusal = e;
            }
            DatasetInfo info = DatasetProperties.of(file, path, dataset.id, fileType.id, type, refusal);
            boolean unpacked = type != null && UnpackedChunks.suits(info, type);
            Handle opened = unpacked ? dataset : ChunkCache.forOneChunk(dataset, info);
            return new DatasetReader(file, opened, type, info, disk, sources, level);
        } catch (HDF5Exception e) {
            HDF5Exception kept = ErrorStack.kept(e);
            close(type, dataset);
            throw kept;
        } catch (RuntimeException | Error e) {
            close(type, dataset);
            throw e;
        }
    }

    private static void close(@Nullable LibraryType type, Handle dataset) throws HDF5Exception {
        try (dataset) {
            if (type != null) {
                type.close();
            }
        }
    }

    /** Shortens the dataset to the length that the reader sees ({@link DatasetLengths}). */
    void limit(DatasetLengths lengths, long id) throws HDF5Exception {
        lengths.limit(id, dataset.id, info);
    }

    /** Notes the address of the object header, and the addresses of stored elements that are in this file. */
    void note(DatasetSpaces spaces) throws HDF5Exception {
        spaces.header(info.path(), Links.header(dataset.id, "."));
        long elementBytes = ChunkCache.elementBytes(dataset);
        try (StoredElements storage = StoredElements.of(dataset.id, info, disk)) {
            FormatException.naming(info.path(), () -> {
                note(spaces, storage, elementBytes);
                return true;
            });
        }
    }

    private void note(DatasetSpaces spaces, StoredElements storage, long elementBytes) {
        if (storage.layout.kind() == DataLayout.CONTIGUOUS) {
            long address = storage.bytes.address(storage.layout.fromStart());
            spaces.add(info.path(), address, Math.multiplyExact(LibraryTransfer.elements(info.shape()), elementBytes));
        } else if (storage.layout.kind() == DataLayout.CHUNKED && LibraryTransfer.elements(info.shape()) > 0) {
            long chunkBytes = Math.multiplyExact(LibraryTransfer.elements(storage.extents()), elementBytes);
            storage.find(DataSelection.rows(0, info.shape()[0] - 1, info.shape()), (offset, address, size, mask) -> {
                long at = size < 0 ? address + (-1 - size) * elementBytes : address;
                spaces.add(info.path(), at, size > 0 ? size : chunkBytes);
            });
        }
    }

    /**
     * The properties of the dataset.
     *
     * @return the properties at the time of opening
     */
    public DatasetInfo info() {
        return info;
    }

    /**
     * Reads elements.
     *
     * @param start the first index along each axis
     * @param step the distance between indices
     * @param count the number of indices
     * @return the elements in row-major order, little-endian, from position 0 to the limit: elements of fixed size as they are; strings of
     *     variable length as their UTF-8, and sequences as their elements, each behind the number of bytes or elements in 4 bytes
     * @throws StorageException if the elements cannot be read
     */
    public ByteBuffer read(long[] start, long[] step, long[] count) {
        ElementReader from = readable(false);
        long number = LibraryTransfer.elements(count);
        if (number == 0) {
            return ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
        }
        try {
            ByteBuffer memory = from.read(start, step, count);
            LibraryType known = from.known;
            if (known.copy.plain() && memory.hasArray()) {
                return memory;
            }
            try {
                return LibraryElements.taken(file, known.copy, memory, (int) number);
            } finally {
                LibraryTransfer.reclaim(known, memory, number);
            }
        } catch (HDF5Exception e) {
            throw StorageException.write(info.path(), "HDF5 cannot read it: " + ErrorStack.reason(e), e);
        }
    }

    /**
     * Lists the stored chunks of a chunked dataset, each by the index of its first element.
     *
     * @param taker gets a new array for each chunk
     * @throws StorageException if the chunk index is damaged
     */
    public void chunks(Consumer<long[]> taker) {
        if (info.chunk() == null || LibraryTransfer.elements(info.shape()) == 0) {
            return;
        }
        long[] step = new long[info.shape().length];
        Arrays.fill(step, 1);
        DataSelection all = new DataSelection(new long[step.length], step, info.shape());
        try {
            DiskView own = disk.of(dataset.id, info.path());
            try (StoredElements storage = StoredElements.of(dataset.id, info, own)) {
                FormatException.naming(info.path(), () -> {
                    storage.find(all, (offset, address, size, mask) -> {
                        if (address != Superblock.UNDEFINED) {
                            taker.accept(offset.clone());
                        }
                    });
                    return true;
                });
            } finally {
                if (own != disk) {
                    own.close();
                }
            }
        } catch (HDF5Exception e) {
            throw StorageException.write(info.path(), "HDF5 cannot read it: " + ErrorStack.reason(e), e);
        }
    }

    /**
     * The source files of a virtual dataset.
     *
     * @return the names in the dataset's mappings, and whether each file exists; {@code .} is the dataset's own file; empty if the dataset
     *     is not virtual
     */
    public Map<String, Boolean> sources() {
        try (Handle storage = Handle.propertiesOf(H5.H5Dget_create_plist(dataset.id))) {
            Map<String, Boolean> sources = new LinkedHashMap<>();
            if (H5.H5Pget_layout(storage.id) == HDF5Constants.H5D_VIRTUAL) {
                Path here = Path.of(H5.H5Fget_name(dataset.id));
                for (VirtualMapping mapping : VirtualMapping.of(storage.id, info.shape())) {
                    sources.computeIfAbsent(
                            mapping.file,
                            name -> name.equals(".")
                                    || name.contains("%")
                                    || VirtualFileNames.find(name, here) != null);
                }
            }
            return sources;
        } catch (HDF5Exception e) {
            throw StorageException.write(info.path(), "HDF5 cannot read it: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public long[] shape() {
        return info.shape();
    }

    @Override
    public ByteBuffer elements(long[] start, long[] step, long[] count) {
        try {
            return readable(false).read(start, step, count);
        } catch (HDF5Exception e) {
            throw StorageException.write(info.path(), "HDF5 cannot read it: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public void check(long[] start, long[] step, long[] count) {
        try {
            readable(true).check(start, step, count, false);
        } catch (HDF5Exception e) {
            throw StorageException.write(info.path(), "HDF5 cannot read it: " + ErrorStack.reason(e), e);
        }
    }

    private ElementReader readable(boolean written) {
        if (elements == null) {
            throw info.refusal() == null ? new IllegalStateException(info.path()) : info.refusal();
        }
        elements.mustKnowFilters(written);
        return elements;
    }

    /**
     * Replaces elements of fixed size in place, and flushes the file.
     *
     * @param start the first index along each axis
     * @param step the distance between indices
     * @param count the number of indices
     * @param elements the elements in the form of {@link #read}
     * @throws StorageException if the elements cannot be written
     */
    public void write(long[] start, long[] step, long[] count, ByteBuffer elements) {
        ElementReader there = readable(true);
        new DatasetUpdate(info, disk, transfer)
                .write(there.known, start, step, count, elements, () -> there.check(start, step, count, true));
    }

    @Override
    public void close() {
        if (disk.hasFailed()) { // closing would fail, too, and HDF5 would visit the freed dataset at process end
            return;
        }
        int lost = Handle.lost();
        try (dataset) {
            if (elements != null) {
                elements.close();
            }
            if (type != null) {
                type.close();
            }
        } catch (HDF5Exception e) {
            throw StorageException.write(info.path(), "HDF5 cannot close it: " + ErrorStack.reason(e), e);
        } finally {
            if (Handle.lost() != lost) {
                disk.fail();
            }
        }
    }
}
