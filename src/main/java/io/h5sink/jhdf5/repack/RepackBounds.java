package io.h5sink.jhdf5.repack;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatInput;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.LinkMessage;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.hdf5.LinkMessages;
import io.h5sink.jhdf5.file.DiskView;
import io.h5sink.jhdf5.file.GroupLinks;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides whether the new file of a repack must have the chunk indexes of HDF5 1.8. For a dataset with limited maximum extents, HDF5 1.10
 * and later writes an index (fixed array) with an entry for each possible chunk, all at once: 800 GB for a limit of 10¹¹ and chunks of one
 * element.
 */
final class RepackBounds {

    /** The number of index entries, of 8 bytes each, that is acceptable in any case. */
    private static final long FEW = 1 << 17;

    private RepackBounds() {}

    /** Whether a dataset of the file has few chunks and could have very many, so that only the older indexes suit. */
    static boolean needOld(DiskView disk, long root) {
        Boolean need = GroupLinks.read(disk::now, bytes -> any(bytes, root));
        return need != null && need;
    }

    private static boolean any(FormatInput bytes, long root) {
        Set<Long> seen = new HashSet<>(Set.of(root));
        Deque<Long> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            ObjectHeader header = ObjectHeader.read(bytes, open.remove());
            if (isSparse(bytes, header)) {
                return true;
            }
            for (LinkMessages.Link link : LinkMessages.of(bytes, header)) {
                if (link.way() == LinkMessage.Form.HARD && seen.add(link.address())) {
                    open.add(link.address());
                }
            }
        }
        return false;
    }

    private static boolean isSparse(FormatInput bytes, ObjectHeader header) {
        ObjectHeader.Message space = header.first(ObjectHeader.DATASPACE);
        if (space == null || space.shared() || header.first(ObjectHeader.LAYOUT) == null) {
            return false;
        }
        DataLayout layout = DataLayout.of(header);
        if (layout.kind() != DataLayout.CHUNKED || layout.version() > 3) {
            return false;
        }
        ByteBuffer chunks = layout.fromStart();
        int rank = Byte.toUnsignedInt(chunks.get()) - 1;
        bytes.address(chunks);
        ByteBuffer shape = space.open();
        int version = shape.get();
        boolean same = shape.get() != rank || (shape.get() & 1) == 0;
        shape.position(version == 1 ? 8 : 4);
        if (same) {
            return false;
        }
        double now = 1;
        double most = 1;
        ByteBuffer limits = shape.slice(shape.position() + rank * bytes.lengthBytes(), rank * bytes.lengthBytes())
                .order(shape.order());
        for (int axis = 0; axis < rank; axis++) {
            long chunk = Integer.toUnsignedLong(chunks.getInt());
            long limit = FieldSizes.number(limits, bytes.lengthBytes());
            if (limit < 0) {
                return false; // an unlimited axis: the index grows with the dataset
            }
            now *= Math.ceil((double) bytes.length(shape) / chunk);
            most *= Math.ceil((double) limit / chunk);
        }
        return most > FEW && most > 2 * now;
    }
}
