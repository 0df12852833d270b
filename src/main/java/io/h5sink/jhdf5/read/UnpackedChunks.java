package io.h5sink.jhdf5.read;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.FilterRegistry;
import io.h5sink.format.FormatException;
import io.h5sink.format.Superblock;
import io.h5sink.format.index.ChunkIndex;
import io.h5sink.format.message.DataSelection;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.hdf5.FileLook;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.file.DiskView;
import io.h5sink.jhdf5.type.ElementConversion;
import io.h5sink.jhdf5.type.LibraryType;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads elements of fixed size from filtered chunks, which Java decodes. HDF5's filter pipeline takes any output of a filter for a whole
 * chunk, and has only the filters that HDF5 was built with. Szip, which only the C library has, is left to the library. The last chunks are
 * kept decoded. One thread at a time.
 */
final class UnpackedChunks implements AutoCloseable {

    /** The most bytes of decoded chunks that are kept; a single chunk of up to {@code KEPT_CHUNK} is kept in any case. */
    private static final long KEPT_BYTES = 1 << 20;

    private static final long KEPT_CHUNK = 64 << 20;

    /** How often a structure that seems damaged is read again in a file that a program is writing to. */
    private static final int ATTEMPTS = 16;

    private static final byte[] NOTHING = {};

    /** The place of a stored chunk, with the values of {@link ChunkIndex.ChunkTaker}. */
    private record ChunkPlace(long address, long size, int mask) {}

    private final long dataset;
    private final DiskView disk;
    private final DatasetInfo info;
    private final ElementConversion conversion;
    private final long[] chunk;

    /** The value of unwritten elements; empty if all zeros. */
    private final byte[] fill;

    /** The chunk index; null until the first read, and after damage and changes. */
    private @Nullable StoredElements storage;

    /** The state of the file when {@code storage} was opened. */
    private @Nullable FileLook seen;

    /** Decoded chunks as they are in memory, by the index of their first element, the least recently used first. */
    private final Map<LongBuffer, byte[]> kept = new LinkedHashMap<>(16, 0.75f, true);

    /** {@link DiskView#changes} when the kept chunks were read. */
    private int changes;

    /** The array of a dropped chunk, for reuse. */
    private byte[] spare = NOTHING;

    private UnpackedChunks(long dataset, DiskView disk, DatasetInfo info, ElementConversion conversion)
            throws HDF5Exception {
        this.dataset = dataset;
        this.disk = disk;
        this.info = info;
        this.conversion = conversion;
        this.chunk = Objects.requireNonNull(info.chunk());
        byte[] value = conversion.fill(dataset, info);
        this.fill = Arrays.equals(value, new byte[value.length]) ? NOTHING : value;
    }

    /** Whether a dataset has filtered chunks of elements of fixed size, and Java has all of the filters. */
    static boolean suits(DatasetInfo info, LibraryType type) {
        return info.chunk() != null
                && !info.filters().isEmpty()
                && !type.copy.refers()
                && (!info.ownFill() || info.fill() != null)
                && FilterRegistry.unknown(info.filters()).isEmpty();
    }

    /** Creates the reader of a dataset that {@link #suits}. */
    static UnpackedChunks of(long dataset, DiskView disk, DatasetInfo info, LibraryType type) throws HDF5Exception {
        ElementConversion conversion = ElementConversion.of(dataset, info.path(), type);
        try {
            return new UnpackedChunks(dataset, disk, info, conversion);
        } catch (HDF5Exception e) {
            HDF5Exception kept = ErrorStack.kept(e);
            conversion.close();
            throw kept;
        }
    }

    /**
     * Reads elements.
     *
     * @param selection at least one element
     * @param count the number of elements
     * @return the elements as they are in memory
     * @throws StorageException if a chunk cannot be read, or is damaged
     */
    byte[] read(DataSelection selection, int count) throws HDF5Exception {
        byte[] elements = new byte[count * conversion.memoryBytes()];
        catchUp();
        if (selection.chunks(chunk, offset -> kept.containsKey(LongBuffer.wrap(offset)))) {
            selection.chunks(chunk, offset -> {
                take(selection, offset, Objects.requireNonNull(kept.get(LongBuffer.wrap(offset))), elements);
                return true;
            });
            return elements;
        }
        for (int attempt = 1; ; attempt++) {
            blank(elements);
            FileLook before = disk.look();
            if (!isUnchanged(before, seen)) {
                forget();
            }
            seen = before;
            try {
                Map<LongBuffer, ChunkPlace> from = read(selection, elements);
                if (isUnchanged(disk.look(), before)
                        || places(selection).entrySet().containsAll(from.entrySet())) {
                    return elements;
                }
                throw StorageException.write(info.path(), "it changes faster than it can be read", null);
            } catch (StorageException e) {
                forget();
                kept.clear();
                boolean changing = disk.shared() || !isUnchanged(disk.look(), before);
                if (!changing || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /**
     * Checks chunks, by decoding them, before the C library decodes them.
     *
     * @param selection at least one element
     * @param replaced whether the elements are about to be replaced: HDF5 then does not decode a chunk all of whose elements are replaced,
     *     if their size in memory and file is the same
     * @throws StorageException if a chunk is damaged, or cannot be read or encoded again
     */
    void check(DataSelection selection, boolean replaced) throws HDF5Exception {
        catchUp();
        forget();
        StoredElements.mustPack(info, conversion.fileBytes());
        boolean whole = replaced && conversion.fileBytes() == conversion.memoryBytes();
        find(selection, (offset, place) -> {
            if (!whole || !selection.covers(offset.array(), chunk)) {
                raw(offset, place);
            }
        });
    }

    /** Drops chunks that were read before elements were changed. */
    private void catchUp() {
        if (changes != disk.changes()) {
            changes = disk.changes();
            forget();
            kept.clear();
        }
    }

    private void blank(byte[] elements) {
        Arrays.fill(elements, (byte) 0);
        for (int at = 0; fill.length > 0 && at < elements.length; at += fill.length) {
            System.arraycopy(fill, 0, elements, at, fill.length);
        }
    }

    /**
     * Whether chunks are at the same addresses. A SWMR writer leaves chunks in place, and a file that has taken this file's place does not
     * change this file.
     */
    private boolean isUnchanged(@Nullable FileLook now, @Nullable FileLook before) {
        return disk.shared() || now == null || (before != null && (!now.sameFile(before) || now.unchanged(before)));
    }

    /** The places of the chunks in the present chunk index. */
    private Map<LongBuffer, ChunkPlace> places(DataSelection selection) throws HDF5Exception {
        forget();
        Map<LongBuffer, ChunkPlace> places = new HashMap<>();
        find(selection, (offset, place) -> places.put(offset, place));
        return places;
    }

    /** Copies elements from chunks; gives the places of the chunks that had to be read. */
    private Map<LongBuffer, ChunkPlace> read(DataSelection selection, byte[] elements) throws HDF5Exception {
        Map<LongBuffer, ChunkPlace> places = new HashMap<>();
        find(selection, (offset, place) -> {
            byte[] known = kept.get(offset);
            if (known == null) {
                places.put(offset, place);
                known = unpacked(offset, place);
            }
            take(selection, offset.array(), known, elements);
        });
        return places;
    }

    private interface FoundChunk {
        void take(LongBuffer offset, ChunkPlace place);
    }

    private void find(DataSelection selection, FoundChunk found) throws HDF5Exception {
        if (storage == null) {
            storage = StoredElements.of(dataset, info, disk);
        }
        StoredElements from = storage;
        FormatException.naming(info.path(), () -> {
            from.find(selection, (offset, address, size, mask) -> {
                if (address != Superblock.UNDEFINED) {
                    found.take(LongBuffer.wrap(offset), new ChunkPlace(address, size, mask));
                }
            });
            return true;
        });
    }

    private void take(DataSelection selection, long[] offset, byte[] from, byte[] to) {
        selection.copy(offset, chunk, from, to, conversion.memoryBytes());
    }

    private ByteBuffer raw(LongBuffer offset, ChunkPlace place) {
        return Objects.requireNonNull(storage)
                .chunk(offset.array(), place.address, place.size, place.mask, conversion.fileBytes());
    }

    private byte[] unpacked(LongBuffer offset, ChunkPlace place) {
        ByteBuffer raw = raw(offset, place);
        long count = 1;
        for (long extent : chunk) {
            count *= extent; // decoding has checked that number
        }
        int bytes = Math.toIntExact(count * Math.max(conversion.fileBytes(), conversion.memoryBytes()));
        byte[] elements = spare.length == bytes ? spare : new byte[bytes];
        spare = NOTHING;
        raw.get(raw.position(), elements, 0, (int) count * conversion.fileBytes());
        conversion.convert(elements, (int) count);
        if (bytes <= KEPT_CHUNK) {
            kept.put(offset, elements);
            while (kept.size() > Math.max(1, KEPT_BYTES / bytes)) {
                spare = Objects.requireNonNull(
                        kept.remove(kept.keySet().iterator().next()));
            }
        }
        return elements;
    }

    private void forget() {
        if (storage != null) {
            storage.close();
            storage = null;
        }
    }

    @Override
    public void close() throws HDF5Exception {
        forget();
        conversion.close();
    }
}
