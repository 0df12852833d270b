package io.h5sink.format.index;

import io.h5sink.format.FormatException;
import io.h5sink.format.Superblock;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Changes a fixed array, the chunk index of a dataset whose largest extents are known: HDF5 File Format Specification 3.0, section VII.C. The
 * data block has all entries, or pages of entries behind flags that say which pages are in use. {@link FixedArray} reads the same blocks.
 * One thread at a time.
 */
final class FixedArrayWriter implements ChunkIndexWriter {

    private static final int WIDTH = Long.BYTES;
    private static final int CHECKSUM = Integer.BYTES;
    private static final int COUNT = 8;
    private static final int BLOCK = COUNT + WIDTH;
    private static final int HEADER = BLOCK + WIDTH + CHECKSUM;

    /** The length of the signature, the version, the kind and the header's address, with which the data block begins. */
    private static final int PREFIX = 6 + WIDTH;

    private final SpaceAllocator file;
    private final ChunkGrid grid;
    private final int sizeBytes;
    private final int pageBits;
    private final long header;

    /** The number of entries. */
    private final long most;

    private FixedArrayWriter(SpaceAllocator file, ChunkGrid grid, int sizeBytes, int pageBits, long header) {
        this.file = file;
        this.grid = grid;
        this.sizeBytes = sizeBytes;
        this.pageBits = pageBits;
        this.header = header;
        this.most = grid.mostChunks();
    }

    /** Whether pages and the data block before them are not longer than a buffer. */
    private boolean isPossible() {
        if (pageBits >= Integer.SIZE - 1 || most < 0 || most / pageEntries() >= Integer.MAX_VALUE) {
            return false;
        }
        long entries = Math.min(pageEntries(), most) * entryBytes();
        return PREFIX + CHECKSUM + entries + pages() / Byte.SIZE + 1 <= Integer.MAX_VALUE;
    }

    /** The array whose header is at an address; null if the array's shape differs from that in the layout message. */
    static @Nullable FixedArrayWriter at(
            SpaceAllocator file, ChunkGrid grid, int sizeBytes, int pageBits, long header) {
        FixedArrayWriter array = new FixedArrayWriter(file, grid, sizeBytes, pageBits, header);
        ByteBuffer head = file.input().at(header, HEADER);
        boolean same = array.isPossible()
                && head.getInt(0) == ExtensibleArray.signature("FAHD")
                && head.getShort(4) == array.kind()
                && head.get(6) == array.entryBytes()
                && head.get(7) == pageBits
                && head.getLong(COUNT) == array.most;
        if (!same) {
            return null;
        }
        array.check(head.getLong(BLOCK));
        return array;
    }

    /** Throws if the data block is damaged, or if its pages lie beyond the end of the file. */
    private void check(long block) {
        if (block == Superblock.UNDEFINED) {
            return;
        }
        file.input().sealed(block, blockBytes() - CHECKSUM, "FADB");
        if (block + blockBytes() + pageBytes() > file.end()) {
            throw file.input().damaged(block, "the pages of an index of chunks lie beyond its end");
        }
    }

    /** Creates an array without entries. */
    static FixedArrayWriter make(SpaceAllocator file, ChunkGrid grid, int sizeBytes, int pageBits) {
        FixedArrayWriter array = new FixedArrayWriter(file, grid, sizeBytes, pageBits, file.allocateBlock(HEADER));
        if (!array.isPossible()) {
            throw new FormatException("an array of chunks is of impossible shape");
        }
        file.make(
                array.header,
                ByteBuffer.allocate(HEADER)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0, ExtensibleArray.signature("FAHD"))
                        .putShort(4, array.kind())
                        .put(6, (byte) array.entryBytes())
                        .put(7, (byte) pageBits)
                        .putLong(COUNT, array.most)
                        .putLong(BLOCK, Superblock.UNDEFINED));
        return array;
    }

    private short kind() {
        return (short) (sizeBytes > 0 ? 1 << Byte.SIZE : 0);
    }

    private int entryBytes() {
        return ChunkEntry.bytes(sizeBytes);
    }

    private long pageEntries() {
        return 1L << pageBits;
    }

    private boolean isPaged() {
        return most > pageEntries();
    }

    private int pages() {
        return isPaged() ? (int) ((most + pageEntries() - 1) / pageEntries()) : 0;
    }

    /** The length of the data block without its pages. */
    private int blockBytes() {
        return PREFIX + (pages() + Byte.SIZE - 1) / Byte.SIZE + (isPaged() ? 0 : (int) most * entryBytes()) + CHECKSUM;
    }

    private int pageEntries(int page) {
        return (int) Math.min(pageEntries(), most - page * pageEntries());
    }

    private int pageBytes(int page) {
        return pageEntries(page) * entryBytes() + CHECKSUM;
    }

    /** The length of all pages. */
    private long pageBytes() {
        return isPaged() ? (pages() - 1) * (long) pageBytes(0) + pageBytes(pages() - 1) : 0;
    }

    @Override
    public long address() {
        return header;
    }

    /** The place of an entry: a block's address and length, and the entry's offset in the block. */
    private record EntryPlace(long block, int length, int offset) {}

    private @Nullable EntryPlace place(long chunk, boolean make) throws IOException {
        long number = grid.inArray(chunk);
        if (number < 0 || number >= most) {
            throw file.input().damaged(header, "an index of chunks has no entry " + number);
        }
        long block = file.look(header, HEADER).getLong(BLOCK);
        if (block == Superblock.UNDEFINED) {
            if (!make) {
                return null;
            }
            block = makeBlock();
            file.change(header, HEADER).putLong(BLOCK, block);
        }
        if (!isPaged()) {
            return new EntryPlace(block, blockBytes(), PREFIX + (int) number * entryBytes());
        }
        int page = (int) (number / pageEntries());
        int flags = PREFIX + page / Byte.SIZE;
        int flag = 0x80 >> (page % Byte.SIZE);
        long address = block + blockBytes() + page * (long) pageBytes(0);
        if ((file.look(block, blockBytes()).get(flags) & flag) == 0) {
            if (!make) {
                return null;
            }
            file.make(address, filled(pageBytes(page), 0, pageEntries(page)));
            ByteBuffer used = file.change(block, blockBytes());
            used.put(flags, (byte) (used.get(flags) | flag));
        }
        return new EntryPlace(address, pageBytes(page), (int) (number % pageEntries()) * entryBytes());
    }

    private long makeBlock() {
        long block = file.allocateBlock(blockBytes() + pageBytes());
        int entries = isPaged() ? 0 : (int) most;
        ByteBuffer bytes = filled(blockBytes(), PREFIX, entries);
        bytes.putInt(0, ExtensibleArray.signature("FADB")).putShort(4, kind()).putLong(6, header);
        file.make(block, bytes);
        return block;
    }

    /** Bytes whose entries are undefined. */
    private ByteBuffer filled(int length, int first, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            bytes.putLong(first + i * entryBytes(), Superblock.UNDEFINED);
        }
        return bytes;
    }

    @Override
    public ChunkEntry get(long chunk) throws IOException {
        EntryPlace place = place(chunk, false);
        return place == null
                ? ChunkEntry.NONE
                : ChunkEntry.decode(file.look(place.block, place.length), place.offset, sizeBytes);
    }

    @Override
    public void set(long chunk, ChunkEntry entry) throws IOException {
        EntryPlace place = place(chunk, true);
        if (place != null) {
            entry.encode(file.change(place.block, place.length), place.offset, sizeBytes);
        }
    }
}
