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
 * Reads elements of fixed size out of chunks that went through filters, without the C library's pipeline: that takes whatever comes out of
 * a filter for a whole chunk, and has only the filters that it was built with. Szip, which only the library knows, stays with it. Keeps the chunks that were read last. One thread at a time.
 */
final class UnpackedChunks implements AutoCloseable {

    /** So much is kept, or one chunk that is no larger than what follows. */
    private static final long KEPT_BYTES = 1 << 20;

    private static final long KEPT_CHUNK = 64 << 20;

    /** As often a damaged structure is looked at anew in a file that somebody is writing to. */
    private static final int ATTEMPTS = 16;

    private static final byte[] NOTHING = {};

    /** Where a chunk is stored, as {@link ChunkIndex.ChunkTaker} is told. */
    private record ChunkPlace(long address, long size, int mask) {}

    private final long dataset;
    private final DiskView disk;
    private final DatasetInfo info;
    private final ElementConversion conversion;
    private final long[] chunk;

    /** What stands where nothing was written; nothing if it is zeros. */
    private final byte[] fill;

    /** Null until something is read, and after damage and changes. */
    private @Nullable StoredElements storage;

    /** What the file was when that was looked at. */
    private @Nullable FileLook seen;

    /** Chunks as they are in memory, by their first element; the one that was used last behind the others. */
    private final Map<LongBuffer, byte[]> kept = new LinkedHashMap<>(16, 0.75f, true);

    /** How often elements had been changed when they were read. */
    private int changes;

    /** One that is not kept any more. */
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

    /** Whether a dataset is one of such chunks, and all that they went through is known here. */
    static boolean suits(DatasetInfo info, LibraryType type) {
        return info.chunk() != null
                && !info.filters().isEmpty()
                && !type.copy.refers()
                && (!info.ownFill() || info.fill() != null)
                && FilterRegistry.unknown(info.filters()).isEmpty();
    }

    /** Prepares to read a dataset that suits. */
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
     * @param selection at least one
     * @param count how many there are
     * @return as they are in memory
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
     * Unpacks chunks for the C library, which is about to unpack them, too.
     *
     * @param selection at least one element
     * @param replaced whether these are about to be replaced; it unpacks no chunk then of which all are, if they need no other room
     * @throws StorageException if one cannot be read or packed again, or is damaged
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

    /** Forgets what was there before elements were changed. */
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

    /** Whether chunks are where they were. A SWMR writer leaves them there, and who has taken the file's place does not write to it. */
    private boolean isUnchanged(@Nullable FileLook now, @Nullable FileLook before) {
        return disk.shared() || now == null || (before != null && (!now.sameFile(before) || now.unchanged(before)));
    }

    /** The places of the chunks in the index as it is now. */
    private Map<LongBuffer, ChunkPlace> places(DataSelection selection) throws HDF5Exception {
        forget();
        Map<LongBuffer, ChunkPlace> places = new HashMap<>();
        find(selection, (offset, place) -> places.put(offset, place));
        return places;
    }

    /** Takes elements from chunks, and tells where those were that had to be read. */
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
        FormatException.told(info.path(), () -> {
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
            count *= extent; // as many as have been unpacked
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
