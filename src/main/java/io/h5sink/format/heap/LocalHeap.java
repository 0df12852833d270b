package io.h5sink.format.heap;

import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A local heap, which holds the names of the links of a symbol table: HDF5 File Format Specification 3.0, section III.D. A header, which
 * never moves, points to a block of data with texts that end with NUL, and with gaps, which form a list. One thread at a time.
 */
public final class LocalHeap {

    /** The offset that ends the list of gaps: no gap can start there. */
    private static final long NO_GAP = 1;

    /** The length of the signature, the version and the reserved bytes. */
    private static final int HEAD = 8;

    /** The bytes of a name that are read at once; most names are shorter. */
    private static final int GUESS = 64;

    private static final int UNIT = 8;

    private final FormatInput in;
    private final long address;
    private long size;
    private long firstGap;
    private long data;

    private LocalHeap(FormatInput in, long address) {
        this.in = in;
        this.address = address;
    }

    /** Reads the header of a heap. */
    public static LocalHeap decode(FormatInput in, long address) {
        LocalHeap heap = new LocalHeap(in, address);
        ByteBuffer head = in.at(address, heap.headBytes());
        in.expect(head, address, "HEAP");
        head.position(HEAD);
        heap.size = in.length(head);
        heap.firstGap = in.length(head);
        heap.data = in.address(head);
        return heap;
    }

    private void encode(SpaceAllocator file) throws IOException {
        FormatOutput out = new FormatOutput(in.sizes())
                .signature("HEAP")
                .zeros(4)
                .length(size)
                .length(firstGap)
                .address(data);
        file.changeUnsealed(address, headBytes()).put(0, out.toBuffer(), 0, headBytes());
    }

    private int headBytes() {
        return HEAD + 2 * in.lengthBytes() + in.addressBytes();
    }

    /** Throws if the data or a gap is not where it should be. */
    public void check() {
        gaps(in.at(data, size));
    }

    /** The lengths of the gaps by their offsets. */
    private NavigableMap<Long, Long> gaps(ByteBuffer bytes) {
        NavigableMap<Long, Long> gaps = new TreeMap<>();
        long count = 0;
        for (long at = firstGap; at != NO_GAP; ) {
            if (at > size - 2L * in.lengthBytes() || ++count > size) {
                throw in.damaged(address, "the gaps of a local heap are not in it");
            }
            ByteBuffer gap = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).position((int) at);
            long next = in.length(gap);
            long length = in.length(gap);
            if (length > size - at) {
                throw in.damaged(address, "a gap in a local heap has " + length + " bytes");
            }
            gaps.put(at, length);
            at = next;
        }
        return gaps;
    }

    /**
     * The bytes of a text without the NUL behind them.
     *
     * @param node the address of the structure that refers to the text
     */
    public byte[] text(long node, long offset) {
        if (offset >= size) {
            throw in.damaged(node, "a name lies behind the " + size + " bytes of its heap");
        }
        for (long length = Math.min(GUESS, size - offset); ; length = Math.min(2 * length, size - offset)) {
            ByteBuffer bytes = in.at(data + offset, length);
            int end = 0;
            while (end < length && bytes.get(end) != 0) {
                end++;
            }
            if (end < length) {
                byte[] text = new byte[end];
                bytes.get(0, text);
                return text;
            }
            if (length == size - offset) {
                throw in.damaged(node, "a name does not end");
            }
        }
    }

    /** Adds a text; returns its offset. A heap without a gap that is large enough moves its data to a block of at least twice the size. */
    long add(SpaceAllocator file, byte[] text) throws IOException {
        int need = aligned(text.length + 1);
        ByteBuffer bytes = file.changeUnsealed(data, Math.toIntExact(size));
        NavigableMap<Long, Long> gaps = gaps(bytes);
        long offset = -1;
        for (Map.Entry<Long, Long> gap : gaps.entrySet()) {
            if (gap.getValue() == need || gap.getValue() >= need + leastGap()) {
                offset = gap.getKey();
                break;
            }
        }
        if (offset < 0) {
            Map.Entry<Long, Long> last = gaps.lastEntry();
            boolean atEnd = last != null && last.getKey() + last.getValue() == size;
            offset = atEnd && last != null ? last.getKey() : size;
            bytes = grow(file, bytes, aligned(Math.max(need, size)));
            gaps.put(offset, size - offset);
        }
        long left = gaps.getOrDefault(offset, 0L) - need;
        gaps.remove(offset);
        if (left >= leastGap()) { // less than that is lost
            gaps.put(offset + need, left);
        }
        for (int i = 0; i < need; i++) {
            bytes.put((int) offset + i, i < text.length ? text[i] : 0);
        }
        link(bytes, gaps);
        encode(file);
        return offset;
    }

    /** Moves the data to a block that is longer by some bytes. */
    private ByteBuffer grow(SpaceAllocator file, ByteBuffer before, int more) {
        int length = Math.addExact(Math.toIntExact(size), more);
        ByteBuffer bytes =
                ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN).put(0, before, 0, (int) size);
        file.free(data, size);
        data = file.allocateBlock(length);
        size = length;
        file.makeUnsealed(data, bytes);
        return bytes;
    }

    /** Removes a text, whose bytes become a gap. */
    void remove(SpaceAllocator file, long offset) throws IOException {
        int length = aligned(text(address, offset).length + 1);
        ByteBuffer bytes = file.changeUnsealed(data, Math.toIntExact(size));
        NavigableMap<Long, Long> gaps = gaps(bytes);
        long start = offset;
        long end = Math.min(size, offset + length);
        Map.Entry<Long, Long> before = gaps.lowerEntry(offset);
        if (before != null && before.getKey() + before.getValue() == start) {
            start = before.getKey();
        }
        Long behind = gaps.remove(end);
        end += behind == null ? 0 : behind;
        if (end - start >= leastGap()) { // less than that is lost
            gaps.put(start, end - start);
        }
        link(bytes, gaps);
        encode(file);
    }

    /** Writes the list of gaps, in the order of their offsets. */
    private void link(ByteBuffer bytes, NavigableMap<Long, Long> gaps) {
        long next = NO_GAP;
        for (Map.Entry<Long, Long> gap : gaps.descendingMap().entrySet()) {
            ByteBuffer head = new FormatOutput(in.sizes())
                    .length(next)
                    .length(gap.getValue())
                    .toBuffer();
            bytes.put(Math.toIntExact(gap.getKey()), head, 0, head.limit());
            next = gap.getKey();
        }
        firstGap = next;
    }

    private int leastGap() {
        return aligned(2L * in.lengthBytes());
    }

    private static int aligned(long length) {
        return Math.toIntExact((length + UNIT - 1) / UNIT * UNIT);
    }
}
