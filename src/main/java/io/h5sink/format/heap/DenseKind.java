package io.h5sink.format.heap;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.message.AttributeMessage;
import io.h5sink.format.message.LinkMessage;
import java.nio.ByteBuffer;

/**
 * What a dense storage holds, with the records that index the storage: HDF5 File Format Specification 3.0, section III.A.2, types 5, 6, 8
 * and 9, and the parameters with which HDF5 makes the heap.
 */
public enum DenseKind {
    /** The links of a group: link messages. */
    LINKS(5, 6, 7, 1 << 9, 32) {
        @Override
        byte[] named(byte[] id, int flags, long order, int hash) {
            return ByteBuffer.allocate(Integer.BYTES + id.length)
                    .putInt(Integer.reverseBytes(hash))
                    .put(id)
                    .array();
        }

        @Override
        byte[] ordered(byte[] id, int flags, long order) {
            return ByteBuffer.allocate(Long.BYTES + id.length)
                    .putLong(Long.reverseBytes(order))
                    .put(id)
                    .array();
        }

        @Override
        int hash(ByteBuffer named) {
            return named.getInt(0);
        }

        @Override
        ByteBuffer pointer(ByteBuffer named) {
            return named.position(Integer.BYTES);
        }

        @Override
        int flags(ByteBuffer named) {
            return 0;
        }

        @Override
        long order(ByteBuffer ordered) {
            return ordered.getLong(0);
        }

        @Override
        long orderOf(ByteBuffer named, ByteBuffer message, FieldSizes sizes) {
            Long order = LinkMessage.decode(message, sizes).order();
            return order == null ? -1 : order;
        }

        @Override
        byte[] name(ByteBuffer message, FieldSizes sizes) {
            return LinkMessage.decode(message, sizes).name();
        }
    },

    /** The attributes of an object: attribute messages. */
    ATTRIBUTES(8, 9, 8, 1 << 10, 40) {
        @Override
        byte[] named(byte[] id, int flags, long order, int hash) {
            return ByteBuffer.allocate(id.length + 1 + 2 * Integer.BYTES)
                    .put(id)
                    .put((byte) flags)
                    .putInt(Integer.reverseBytes((int) order))
                    .putInt(Integer.reverseBytes(hash))
                    .array();
        }

        @Override
        byte[] ordered(byte[] id, int flags, long order) {
            return ByteBuffer.allocate(id.length + 1 + Integer.BYTES)
                    .put(id)
                    .put((byte) flags)
                    .putInt(Integer.reverseBytes((int) order))
                    .array();
        }

        @Override
        int hash(ByteBuffer named) {
            return named.getInt(idBytes + 1 + Integer.BYTES);
        }

        @Override
        ByteBuffer pointer(ByteBuffer named) {
            return named.position(0);
        }

        @Override
        int flags(ByteBuffer named) {
            return named.get(idBytes);
        }

        @Override
        long order(ByteBuffer ordered) {
            return Integer.toUnsignedLong(ordered.getInt(idBytes + 1));
        }

        @Override
        long orderOf(ByteBuffer named, ByteBuffer message, FieldSizes sizes) {
            return order(named);
        }

        @Override
        byte[] name(ByteBuffer message, FieldSizes sizes) {
            return AttributeMessage.decode(message).name();
        }
    };

    /** The type of the records that are sorted by name. */
    final int namedType;

    /** The type of the records that are sorted by creation order. */
    final int orderedType;

    /** The size of a heap ID. */
    final int idBytes;

    /** The size of the smallest blocks of the heap. */
    final int startBytes;

    /** The size of an address within the heap, in bits. */
    final int bits;

    DenseKind(int namedType, int orderedType, int idBytes, int startBytes, int bits) {
        this.namedType = namedType;
        this.orderedType = orderedType;
        this.idBytes = idBytes;
        this.startBytes = startBytes;
        this.bits = bits;
    }

    /** Encodes a record that is sorted by name. */
    abstract byte[] named(byte[] id, int flags, long order, int hash);

    /** Encodes a record that is sorted by creation order. */
    abstract byte[] ordered(byte[] id, int flags, long order);

    /** The hash in a record that is sorted by name. */
    abstract int hash(ByteBuffer named);

    /** A record that is sorted by name, at the position of the heap ID. */
    abstract ByteBuffer pointer(ByteBuffer named);

    /** The message flags in a record that is sorted by name. */
    abstract int flags(ByteBuffer named);

    /** The creation order in a record that is sorted by creation order. */
    abstract long order(ByteBuffer ordered);

    /** The creation order of a message with its record; -1 if that is unknown. */
    abstract long orderOf(ByteBuffer named, ByteBuffer message, FieldSizes sizes);

    /** The name in a message. */
    abstract byte[] name(ByteBuffer message, FieldSizes sizes);

    /** The size of the records that are sorted by name. */
    final int namedBytes() {
        return named(new byte[idBytes], 0, 0, 0).length;
    }

    /** The size of the records that are sorted by creation order. */
    final int orderedBytes() {
        return ordered(new byte[idBytes], 0, 0).length;
    }
}
