package io.h5sink.hdf5.write;

import io.h5sink.format.Superblock;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.FillValue;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.hdf5.ObjectTree;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes datasets of fixed shape, with the messages that the C library gives them for HDF5 1.10. */
final class NewValue {

    /**
     * The largest value, in bytes, that is stored in the object header (compact layout), of which HDF5 allows 64 KiB. The object header is
     * metadata, which a commit replaces as a whole or not at all; a value elsewhere is overwritten in place, and must be copied to the
     * journal before.
     */
    private static final long LARGEST_COMPACT = 1 << 15;

    private NewValue() {}

    /** Makes a dataset with its elements, which are in the object header if they are few. */
    static void make(OpenObjects file, String path, Datatype type, Dataspace space, ByteBuffer elements)
            throws IOException {
        if (elements.remaining() > LARGEST_COMPACT) {
            makeContiguous(file, path, type, space, elements);
        } else {
            link(file, path, type, space, FillValue.EARLY, DataLayout.compact(elements));
        }
    }

    /**
     * Makes a dataset whose elements are one block.
     *
     * @param elements null for elements that are never written
     */
    static void makeContiguous(
            OpenObjects file, String path, Datatype type, Dataspace space, @Nullable ByteBuffer elements)
            throws IOException {
        SpaceAllocator free = file.space();
        long address = Superblock.UNDEFINED;
        if (elements != null && elements.hasRemaining()) {
            address = free.allocateRawAnywhere(elements.remaining());
            free.write(address, elements);
        }
        long bytes = Math.multiplyExact(space.elements(), type.size());
        link(file, path, type, space, FillValue.LATE, DataLayout.contiguous(address, bytes));
    }

    private static void link(
            OpenObjects file, String path, Datatype type, Dataspace space, int allocation, DataLayout layout)
            throws IOException {
        ObjectTree tree = file.tree();
        long parent = tree.group(path.substring(0, path.lastIndexOf('/')), file::inTheWay);
        int time = type.references().isEmpty() ? FillValue.IF_SET : FillValue.WITH_SPACE;
        FillValue fill = FillValue.none(allocation, time);
        long header = HeaderEditor.make(
                file.space(), NewColumn.messages(type, space, fill, List.of(), layout, List.of()), NewColumn.SPARE);
        tree.link(parent, path, header);
    }
}
