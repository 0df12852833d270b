package io.h5sink.format.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.btree.TreeCheck;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Checks all of what HDF5 relies on in a dense storage on disk. */
final class HeapCheck {

    private static final int SHARE = 3;

    private final FormatInput bytes;
    private final FractalHeapHeader header;
    private final DoublingTable table;

    /** The direct blocks: sizes by offset in the heap. */
    private final TreeMap<Long, Long> direct = new TreeMap<>();

    /** What the heap's bytes are used for: sizes by offset in the heap. */
    private final TreeMap<Long, Long> used = new TreeMap<>();

    private HeapCheck(FormatInput bytes, long address) {
        this.bytes = bytes;
        ByteBuffer head = bytes.sealed(address, FractalHeapHeader.bytes(bytes.sizes()));
        bytes.expect(head, address, FractalHeapHeader.SIGNATURE);
        this.header = FractalHeapHeader.decode(head, bytes.sizes());
        this.table = header.table;
    }

    /**
     * Checks a storage.
     *
     * @param ours whether Java alone has written the storage, so that nothing is free but what the free-space manager lists
     * @return the messages in the order of the tree
     */
    static List<ByteBuffer> messages(
            FormatInput bytes, DenseKind kind, long heap, long byName, long byOrder, boolean ours) {
        HeapCheck check = new HeapCheck(bytes, heap);
        check.blocks(heap);
        FractalHeap reader = FractalHeap.read(bytes, heap);
        List<byte[]> records = TreeCheck.records(bytes, byName);
        List<ByteBuffer> messages = new ArrayList<>();
        TreeSet<String> ids = new TreeSet<>();
        int managed = 0;
        int huge = 0;
        for (byte[] record : records) {
            ByteBuffer pointer = kind.pointer(little(record));
            ids.add(check.id(pointer));
            HeapId id = HeapId.decode(pointer.duplicate(), check.header);
            if (id.kind() == HeapId.Kind.MANAGED) {
                check.use(id.at(), id.length());
                managed++;
            } else {
                assertThat(id.kind()).isEqualTo(HeapId.Kind.HUGE);
                huge++;
            }
            reader.object(kind.pointer(little(record)), message -> messages.add(copy(message)));
        }
        assertThat(messages).hasSize(records.size());
        assertThat(check.header.managedObjects).isEqualTo(managed);
        assertThat(check.header.hugeObjects).isEqualTo(huge);
        if (huge > 0) {
            assertThat(TreeCheck.records(bytes, check.header.hugeTree)).hasSize(huge);
        } else {
            assertThat(check.header.hugeTree).isEqualTo(Superblock.UNDEFINED);
        }
        check.free(ours);
        if (byOrder != Superblock.UNDEFINED) {
            check.order(kind, TreeCheck.records(bytes, byOrder), ids);
        }
        return messages;
    }

    private void order(DenseKind kind, List<byte[]> records, TreeSet<String> ids) {
        TreeSet<String> found = new TreeSet<>();
        long before = -1;
        for (byte[] record : records) {
            long order = kind.order(little(record));
            assertThat(order).isGreaterThan(before);
            before = order;
            ByteBuffer pointer = little(record);
            found.add(id(kind == DenseKind.LINKS ? pointer.position(Long.BYTES) : pointer));
        }
        assertThat(found).isEqualTo(ids);
    }

    private String id(ByteBuffer pointer) {
        byte[] id = new byte[header.idBytes];
        pointer.duplicate().get(id);
        return java.util.HexFormat.of().formatHex(id);
    }

    private static ByteBuffer little(byte[] record) {
        return ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer copy(ByteBuffer message) {
        return ByteBuffer.allocate(message.limit())
                .put(message.duplicate().rewind())
                .flip();
    }

    private void use(long offset, long length) {
        Map.Entry<Long, Long> before = used.floorEntry(offset);
        assertThat(before == null || before.getKey() + before.getValue() <= offset)
                .isTrue();
        Map.Entry<Long, Long> behind = used.ceilingEntry(offset);
        assertThat(behind == null || behind.getKey() >= offset + length).isTrue();
        used.put(offset, length);
    }

    private void blocks(long address) {
        if (header.root == Superblock.UNDEFINED) {
            assertThat(header.managedBytes).isZero();
        } else if (header.rows == 0) {
            assertThat(header.managedBytes).isEqualTo(table.startBytes());
            direct(address, header.root, table.startBytes(), 0);
        } else {
            assertThat(header.managedBytes).isEqualTo(table.rowOffset(header.rows));
            indirect(address, header.root, header.rows, 0);
        }
        long allocated = direct.values().stream().mapToLong(size -> size).sum();
        assertThat(header.allocatedBytes).isEqualTo(allocated);
        if (header.rows > 0) {
            assertThat(header.next).isEqualTo(direct.lastKey() + direct.get(direct.lastKey()));
        }
    }

    private void direct(long address, long block, long size, long offset) {
        ByteBuffer content = bytes.at(block, size);
        head(content, address, block, "FHDB", offset);
        direct.put(offset, size);
        use(offset, table.directHead());
    }

    private void head(ByteBuffer content, long address, long block, String signature, long offset) {
        bytes.expect(content, block, signature);
        assertThat(content.get()).isZero();
        assertThat(bytes.address(content)).isEqualTo(address);
        assertThat(FieldSizes.number(content, table.offsetBytes())).isEqualTo(offset);
    }

    private void indirect(long address, long block, int rows, long offset) {
        ByteBuffer content = bytes.sealed(block, table.indirectBytes(rows) - 4);
        head(content, address, block, "FHIB", offset);
        List<Long> children = new ArrayList<>();
        for (int i = 0; i < rows * table.width(); i++) {
            children.add(bytes.address(content));
        }
        for (int i = 0; i < children.size(); i++) {
            int row = i / table.width();
            long size = table.blockBytes(row);
            long start = offset + table.rowOffset(row) + i % table.width() * size;
            long child = children.get(i);
            if (child == Superblock.UNDEFINED) {
                continue;
            }
            if (row < table.directRows()) {
                direct(address, child, size, start);
            } else {
                indirect(address, child, table.rowsOf(size), start);
            }
        }
    }

    /** Checks that objects and free space together fill all direct blocks. */
    private void free(boolean ours) {
        long listed = 0;
        if (header.manager != Superblock.UNDEFINED) {
            FreeSpaceManager.check(bytes, header.manager);
            ByteBuffer head = bytes.at(header.manager, 82).position(6);
            long space = head.getLong();
            long all = head.getLong();
            long stored = head.getLong();
            long ghosts = head.getLong();
            assertThat(all).isEqualTo(stored + ghosts);
            ByteBuffer sections = bytes.at(head.getLong(54), head.getLong(62)).position(13);
            assertThat(head.getLong(70)).isEqualTo(head.getLong(62));
            int countBytes = (63 - Long.numberOfLeadingZeros(stored)) / 8 + 1;
            long before = 0;
            long count = 0;
            while (sections.remaining() > 4) {
                long same = FieldSizes.number(sections, countBytes);
                long size = FieldSizes.number(sections, SHARE);
                assertThat(size).isGreaterThan(before);
                before = size;
                count += same;
                for (long i = 0; i < same; i++) {
                    long offset = FieldSizes.number(sections, table.offsetBytes());
                    if (sections.get() == 0) {
                        use(offset, size);
                        listed += size;
                    } else {
                        assertThat(ours).isFalse();
                        sections.position(sections.position() + table.offsetBytes() + 6);
                    }
                }
            }
            assertThat(count).isEqualTo(stored);
            if (ours) {
                assertThat(space).isEqualTo(listed);
            }
        }
        // each block is filled, from its head on, without a gap
        long all = used.values().stream().mapToLong(size -> size).sum();
        assertThat(all).isEqualTo(header.allocatedBytes);
        if (ours) {
            long possible = 0;
            for (int row = 0; row < Math.max(1, header.rows) && header.root != Superblock.UNDEFINED; row++) {
                possible += table.objectBytes(row) * (header.rows == 0 ? 1 : table.width());
            }
            long heads = (long) direct.size() * table.directHead();
            assertThat(header.free).isEqualTo(possible - (all - listed - heads));
        }
    }
}
