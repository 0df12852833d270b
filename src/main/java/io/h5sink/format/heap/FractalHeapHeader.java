package io.h5sink.format.heap;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import java.nio.ByteBuffer;

/** The header of a fractal heap: HDF5 File Format Specification 3.0, section III.G. */
final class FractalHeapHeader {

    static final String SIGNATURE = "FRHP";

    private static final int HUGE_IDS_WRAPPED = 1;
    private static final int CHECKED = 2;

    final FieldSizes sizes;
    final DoublingTable table;

    /** The size of a heap ID. */
    final int idBytes;

    /** The size of the description of the filters; 0 without filters. */
    final int filterBytes;

    /** The size of the largest objects in direct blocks. */
    final long largestManaged;

    /** The number of rows of a new root block. */
    final int startRows;

    /** Whether all numbers of huge objects have been used. */
    boolean hugeWrapped;

    /** The last number of a huge object. */
    long hugeNumber;

    /** The address of the B-tree of the huge objects. */
    long hugeTree = Superblock.UNDEFINED;

    /** The bytes for objects that are not used, in all direct blocks up to {@link #managedBytes}, whether those have been made or not. */
    long free;

    /** The address of the free-space manager. */
    long manager = Superblock.UNDEFINED;

    /** The bytes of the heap that the root block covers. */
    long managedBytes;

    /** The size of all direct blocks that have been made. */
    long allocatedBytes;

    /** The offset in the heap where the next direct block is made. */
    long next;

    long managedObjects;
    long hugeBytes;
    long hugeObjects;
    long tinyBytes;
    long tinyObjects;

    /** The address of the root block; undefined in a heap without managed objects. */
    long root = Superblock.UNDEFINED;

    /** The number of rows of the root block; 0 if the root block is a direct block. */
    int rows;

    FractalHeapHeader(DoublingTable table, int idBytes, int filterBytes, long largestManaged, int startRows) {
        this.sizes = table.sizes();
        this.table = table;
        this.idBytes = idBytes;
        this.filterBytes = filterBytes;
        this.largestManaged = largestManaged;
        this.startRows = startRows;
    }

    /** The size of the header of a heap without filters, without the checksum. */
    static int bytes(FieldSizes sizes) {
        return 22 + 3 * sizes.addressBytes() + 12 * sizes.lengthBytes();
    }

    /** Decodes what follows the signature, up to the description of the filters. */
    static FractalHeapHeader decode(ByteBuffer from, FieldSizes sizes) {
        if (from.get() != 0) {
            throw new FormatException("a heap has an unknown version");
        }
        int idBytes = Short.toUnsignedInt(from.getShort());
        int filterBytes = Short.toUnsignedInt(from.getShort());
        int flags = from.get();
        long largestManaged = Integer.toUnsignedLong(from.getInt());
        ByteBuffer numbers = from.slice().order(from.order());
        from.position(from.position() + 10 * sizes.lengthBytes() + 2 * sizes.addressBytes());
        int width = Short.toUnsignedInt(from.getShort());
        long start = sizes.length(from);
        long direct = sizes.length(from);
        int bits = Short.toUnsignedInt(from.getShort());
        DoublingTable table = new DoublingTable(width, start, direct, bits, (flags & CHECKED) != 0, sizes);
        FractalHeapHeader header = new FractalHeapHeader(
                table, idBytes, filterBytes, largestManaged, Short.toUnsignedInt(from.getShort()));
        header.hugeWrapped = (flags & HUGE_IDS_WRAPPED) != 0;
        header.root = sizes.address(from);
        header.rows = Short.toUnsignedInt(from.getShort());
        header.numbers(numbers);
        if (!table.isSound() || header.rows > Long.SIZE) {
            throw new FormatException(
                    "a heap has " + header.rows + " rows of " + width + " blocks of " + start + " bytes");
        }
        return header;
    }

    private void numbers(ByteBuffer from) {
        hugeNumber = sizes.length(from);
        hugeTree = sizes.address(from);
        free = number(from);
        manager = sizes.address(from);
        managedBytes = number(from);
        allocatedBytes = number(from);
        next = number(from);
        managedObjects = number(from);
        hugeBytes = number(from);
        hugeObjects = number(from);
        tinyBytes = number(from);
        tinyObjects = number(from);
    }

    /** Reads statistics, which HDF5 lets wrap around in some heaps from which objects were removed. */
    private long number(ByteBuffer from) {
        return FieldSizes.number(from, sizes.lengthBytes());
    }

    /** Encodes the header of a heap without filters, without the checksum. */
    void encode(FormatOutput out) {
        out.signature(SIGNATURE)
                .int8(0)
                .int16(idBytes)
                .int16(filterBytes)
                .int8((hugeWrapped ? HUGE_IDS_WRAPPED : 0) | (table.checked() ? CHECKED : 0))
                .int32((int) largestManaged)
                .length(hugeNumber)
                .address(hugeTree)
                .length(free)
                .address(manager)
                .length(managedBytes)
                .length(allocatedBytes)
                .length(next)
                .length(managedObjects)
                .length(hugeBytes)
                .length(hugeObjects)
                .length(tinyBytes)
                .length(tinyObjects)
                .int16(table.width())
                .length(table.startBytes())
                .length(table.largestDirect())
                .int16(table.bits())
                .int16(startRows)
                .address(root)
                .int16(rows);
    }

    /** The size of an object's length in a heap ID. */
    int lengthBytes() {
        return Math.min((Long.numberOfTrailingZeros(table.largestDirect()) + 7) / 8, bytesFor(largestManaged));
    }

    /** The size of a huge object's number in a heap ID. */
    int hugeNumberBytes() {
        return Math.min(Long.BYTES, idBytes - 1);
    }

    /** Whether heap IDs have the addresses of huge objects. */
    boolean hugeDirectly() {
        int bytes = sizes.addressBytes() + sizes.lengthBytes();
        return bytes + (filterBytes > 0 ? Integer.BYTES + sizes.lengthBytes() : 0) < idBytes;
    }

    private static int bytesFor(long largest) {
        return (63 - Long.numberOfLeadingZeros(Math.max(1, largest))) / 8 + 1;
    }
}
