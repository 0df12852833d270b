package io.h5sink.format.heap;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import io.h5sink.transaction.BlockAccess;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The free-space manager of a fractal heap: HDF5 File Format Specification 3.0, section III.H. Sections of type "single" are free bytes of
 * direct blocks, and are used and added here. Sections of other types are direct blocks that have not been made; those stay as HDF5 has
 * written them.
 *
 * <p>Sections stay in memory until {@link #save}. One thread at a time.
 */
final class FreeSpaceManager {

    private static final String HEADER = "FSHD";
    private static final String SECTIONS = "FSSE";

    /** The types of sections; sections of other types are not stored. */
    private static final int SINGLE = 0;

    private static final int FIRST_ROW = 1;

    /** The client's number, and the parameters of a manager as HDF5 makes one for a heap. */
    private static final int HEAP = 0;

    private static final int CLASSES = 4;
    private static final int SHRINK_PERCENT = 80;
    private static final int EXPAND_PERCENT = 120;

    private final BlockAccess blocks;
    private final SpaceAllocator file;
    private final FieldSizes sizes;
    private final DoublingTable table;

    /** The address of the manager's header; undefined while no section has been stored. */
    private long address;

    private long sectionsAddress = Superblock.UNDEFINED;
    private long sectionsBytes;

    /** The header as HDF5 has written the header: parameters of which none is changed. */
    private int shrinkPercent = SHRINK_PERCENT;

    private int expandPercent = EXPAND_PERCENT;
    private int classes = CLASSES;
    private long largestSection;

    /** The bytes in sections of other types, and the numbers of those sections that are stored and that are not. */
    private long otherBytes;

    private long otherStored;
    private long ghosts;

    /** The stored sections of other types, as HDF5 has written them from the offset on, by their size. */
    private final SortedMap<Long, TreeSet<StoredSection>> others = new TreeMap<>();

    /** The free bytes of direct blocks: sizes by offset, and offsets by size. */
    private final TreeMap<Long, Long> byOffset = new TreeMap<>();

    private final TreeMap<Long, TreeSet<Long>> bySize = new TreeMap<>();
    private boolean changed;

    /** A stored section of another type: its content from the offset on. */
    @SuppressWarnings("ArrayRecordComponent") // compared by offset
    private record StoredSection(long offset, byte[] content) implements Comparable<StoredSection> {
        @Override
        public int compareTo(StoredSection other) {
            return Long.compareUnsigned(offset, other.offset);
        }
    }

    private FreeSpaceManager(BlockAccess blocks, DoublingTable table, long address) {
        this.blocks = blocks;
        this.file = blocks.file();
        this.sizes = blocks.sizes();
        this.table = table;
        this.address = address;
        this.largestSection = table.largestDirect();
    }

    private static int headerBytes(FieldSizes sizes) {
        return 14 + 7 * sizes.lengthBytes() + sizes.addressBytes();
    }

    /** Checks a manager; an undefined address is that of no manager. */
    static void check(FormatInput bytes, long address) {
        if (address == Superblock.UNDEFINED) {
            return;
        }
        ByteBuffer head = bytes.sealed(address, headerBytes(bytes.sizes()), HEADER);
        head.position(14 + 5 * bytes.lengthBytes());
        long list = bytes.address(head);
        long used = bytes.length(head);
        if (list != Superblock.UNDEFINED && used > 4) {
            bytes.sealed(list, used - 4, SECTIONS);
        }
    }

    /** Reads the manager of a heap; an undefined address is that of a manager without sections, which has not been stored. */
    static FreeSpaceManager open(BlockAccess blocks, DoublingTable table, long address) throws IOException {
        FreeSpaceManager manager = new FreeSpaceManager(blocks, table, address);
        if (address != Superblock.UNDEFINED) {
            manager.read();
        }
        return manager;
    }

    private void read() throws IOException {
        ByteBuffer head = blocks.sealed(address, headerBytes(sizes) + BlockAccess.CHECKSUM, HEADER);
        int version = head.get();
        int client = head.get();
        long bytes = sizes.length(head);
        long all = sizes.length(head);
        long stored = sizes.length(head);
        ghosts = sizes.length(head);
        classes = Short.toUnsignedInt(head.getShort());
        shrinkPercent = Short.toUnsignedInt(head.getShort());
        expandPercent = Short.toUnsignedInt(head.getShort());
        int bits = Short.toUnsignedInt(head.getShort());
        largestSection = sizes.length(head);
        sectionsAddress = sizes.address(head);
        long used = sizes.length(head);
        sectionsBytes = sizes.length(head);
        if (version != 0 || client != HEAP || bits != table.bits() || all != stored + ghosts || used > sectionsBytes) {
            throw blocks.damaged(address, "a heap has free space of " + all + " sections");
        }
        if (sectionsAddress != Superblock.UNDEFINED && stored > 0) {
            sections(used, stored);
        }
        long single = 0;
        for (long size : byOffset.values()) {
            single += size;
        }
        otherBytes = bytes - single;
        otherStored = stored - byOffset.size();
    }

    private void sections(long used, long count) throws IOException {
        int length = Math.toIntExact(Math.min(Integer.MAX_VALUE, used));
        ByteBuffer content = blocks.sealed(sectionsAddress, length, SECTIONS);
        content.limit(length - BlockAccess.CHECKSUM);
        content.get();
        sizes.address(content);
        int countBytes = bytesFor(count);
        int sizeBytes = bytesFor(largestSection);
        long left = count;
        while (left > 0 && content.hasRemaining()) {
            long same = FieldSizes.number(content, countBytes);
            long size = FieldSizes.number(content, sizeBytes);
            for (long i = 0; i < same; i++) {
                int start = content.position();
                long offset = FieldSizes.number(content, table.offsetBytes());
                int type = content.get();
                if (type == SINGLE) {
                    note(offset, size);
                    continue;
                }
                if (type != FIRST_ROW) {
                    throw blocks.damaged(sectionsAddress, "a heap has free space of type " + type);
                }
                byte[] section = new byte[content.position() - start + table.offsetBytes() + 3 * Short.BYTES];
                content.get(start, section).position(start + section.length);
                others.computeIfAbsent(size, any -> new TreeSet<>()).add(new StoredSection(offset, section));
            }
            left -= same;
        }
        if (left != 0) {
            throw blocks.damaged(sectionsAddress, "a heap has too few sections of free space");
        }
    }

    private static int bytesFor(long most) {
        return (63 - Long.numberOfLeadingZeros(Math.max(1, most))) / 8 + 1;
    }

    private void note(long offset, long size) {
        byOffset.put(offset, size);
        bySize.computeIfAbsent(size, any -> new TreeSet<>()).add(offset);
    }

    private void forget(long offset, long size) {
        byOffset.remove(offset);
        TreeSet<Long> same = bySize.get(size);
        if (same != null && same.remove(offset) && same.isEmpty()) {
            bySize.remove(size);
        }
    }

    /** Takes bytes from the smallest section that has enough; returns their offset in the heap, or -1 if no section has enough. */
    long take(long size) {
        Map.Entry<Long, TreeSet<Long>> fit = bySize.ceilingEntry(size);
        if (fit == null) {
            return -1;
        }
        long section = fit.getKey();
        long offset = fit.getValue().first();
        forget(offset, section);
        if (section > size) {
            note(offset + size, section - size);
        }
        changed = true;
        return offset;
    }

    /** Adds free bytes, and joins them with the sections before and behind. Sections of different direct blocks never touch. */
    void add(long offset, long size) {
        long start = offset;
        long end = offset + size;
        Map.Entry<Long, Long> before = byOffset.floorEntry(offset);
        if (before != null && before.getKey() + before.getValue() == offset) {
            start = before.getKey();
            forget(start, before.getValue());
        }
        Long behind = byOffset.get(end);
        if (behind != null) {
            forget(end, behind);
            end += behind;
        }
        note(start, end - start);
        changed = true;
    }

    /** The address of the manager, which is undefined if no section is stored. */
    long address() {
        return address;
    }

    /** Adds all changes to the commit. A manager without sections is removed. */
    void save() throws IOException {
        if (!changed) {
            return;
        }
        changed = false;
        long stored = byOffset.size() + otherStored;
        if (stored + ghosts == 0) {
            free();
            return;
        }
        freeSections();
        boolean isNew = address == Superblock.UNDEFINED;
        if (isNew) {
            address = file.allocateBlock(headerBytes(sizes) + (long) BlockAccess.CHECKSUM);
        }
        ByteBuffer content = sections(stored);
        sectionsBytes = content.limit();
        sectionsAddress = file.allocateBlock(sectionsBytes);
        file.make(sectionsAddress, content);
        ByteBuffer head = header(stored);
        if (isNew) {
            file.make(address, head);
        } else {
            file.change(address, head.limit()).put(0, head, 0, head.limit());
        }
    }

    /** The stored sections, with space for the checksum: sections of one size together, in ascending order of sizes and offsets. */
    private ByteBuffer sections(long stored) {
        FormatOutput out = new FormatOutput(sizes).signature(SECTIONS).int8(0).address(address);
        int countBytes = bytesFor(stored);
        int sizeBytes = bytesFor(largestSection);
        TreeSet<Long> all = new TreeSet<>(bySize.keySet());
        all.addAll(others.keySet());
        for (long size : all) {
            TreeSet<Long> singles = bySize.getOrDefault(size, new TreeSet<>());
            TreeSet<StoredSection> rows = others.getOrDefault(size, new TreeSet<>());
            out.number(singles.size() + rows.size(), countBytes).number(size, sizeBytes);
            for (long offset : singles) {
                out.number(offset, table.offsetBytes()).int8(SINGLE);
            }
            for (StoredSection row : rows) {
                out.bytes(row.content);
            }
        }
        return out.zeros(BlockAccess.CHECKSUM).toBuffer();
    }

    private ByteBuffer header(long stored) {
        long bytes = otherBytes;
        for (long size : byOffset.values()) {
            bytes += size;
        }
        return new FormatOutput(sizes)
                .signature(HEADER)
                .int8(0)
                .int8(HEAP)
                .length(bytes)
                .length(stored + ghosts)
                .length(stored)
                .length(ghosts)
                .int16(classes)
                .int16(shrinkPercent)
                .int16(expandPercent)
                .int16(table.bits())
                .length(largestSection)
                .address(sectionsAddress)
                .length(sectionsBytes)
                .length(sectionsBytes)
                .zeros(BlockAccess.CHECKSUM)
                .toBuffer();
    }

    private void freeSections() {
        if (sectionsAddress != Superblock.UNDEFINED) {
            file.free(sectionsAddress, sectionsBytes);
            sectionsAddress = Superblock.UNDEFINED;
        }
    }

    /** Frees the space of the manager in the file. */
    void free() {
        freeSections();
        if (address != Superblock.UNDEFINED) {
            file.free(address, headerBytes(sizes) + (long) BlockAccess.CHECKSUM);
            address = Superblock.UNDEFINED;
        }
    }
}
