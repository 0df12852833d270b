package io.h5sink.hdf5;

import io.h5sink.format.FileNames;
import io.h5sink.format.FormatException;
import io.h5sink.format.index.ChunkLayout;
import io.h5sink.format.message.AttributeMessage;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.format.message.HeaderEditor.FieldPlace;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a dataset that Java needs to append rows, and their places in the object header: HDF5 File Format Specification 3.0,
 * sections IV.A.1 and IV.A.2.
 *
 * @param extent the place of the dataset's length
 * @param space the extents of the dataset, as they were when the header was read
 * @param layoutPlace the place of the chunk index's address
 * @param layout the layout message
 * @param filtered whether chunks go through filters
 * @param times the place of the object's times; null if the header has none
 * @param attribute the place of the requested attribute's value; null if the dataset has no such attribute
 */
record DatasetHeader(
        FieldPlace extent,
        Dataspace space,
        FieldPlace layoutPlace,
        ChunkLayout layout,
        boolean filtered,
        @Nullable FieldPlace times,
        @Nullable FieldPlace attribute) {

    /** The offset of the time of the last change, in the times of version 2 of object headers. */
    private static final int CHANGE = 2 * Integer.BYTES;

    /** The length of a dataspace message before the extents, in version 1 and in version 2. */
    private static final int OLD_SPACE_HEAD = 8;

    private static final int SPACE_HEAD = 4;

    /** Reads the header at an address; null if rows can be appended to the dataset only with the C library. */
    static @Nullable DatasetHeader read(SpaceAllocator file, long address) throws IOException {
        return read(file, address, "");
    }

    /** Reads a header, and looks for an attribute; a missing attribute is no error. */
    static @Nullable DatasetHeader read(SpaceAllocator file, long address, String attribute) throws IOException {
        HeaderEditor header = open(file, address);
        HeaderEditor.Slot space = header == null ? null : header.first(ObjectHeader.DATASPACE);
        HeaderEditor.Slot stored = header == null ? null : header.first(ObjectHeader.LAYOUT);
        if (header == null || space == null || space.shared() || stored == null) {
            return null;
        }
        ByteBuffer extents = header.body(space);
        int version = extents.get(0);
        ChunkLayout layout = ChunkLayout.decode(header.body(stored));
        HeaderEditor.Slot filters = header.first(ObjectHeader.FILTERS);
        if (version < 1
                || version > 2
                || extents.get(1) < 1
                || layout == null
                || (filters != null && filters.shared())
                || header.first(ObjectHeader.EXTERNAL) != null) {
            return null;
        }
        return new DatasetHeader(
                header.place(space, version == 1 ? OLD_SPACE_HEAD : SPACE_HEAD),
                Dataspace.decode(extents, file.input()),
                header.place(stored, layout.addressAt()),
                layout,
                filters != null,
                header.times(),
                attribute.isEmpty() ? null : attribute(header, attribute));
    }

    /** Opens a header; null if the address has none. */
    private static @Nullable HeaderEditor open(SpaceAllocator file, long address) throws IOException {
        try {
            return HeaderEditor.open(file, address);
        } catch (FormatException e) {
            return null;
        }
    }

    private static @Nullable FieldPlace attribute(HeaderEditor header, String name) throws IOException {
        HeaderEditor.Slot slot = ObjectAttributes.slot(header, FileNames.bytes(name));
        if (slot == null) {
            return null;
        }
        ByteBuffer value = AttributeMessage.decode(header.body(slot)).data();
        return value.limit() < Long.BYTES ? null : header.place(slot, slot.length() - value.limit());
    }

    /** The length of the dataset. */
    long rows(SpaceAllocator file) throws IOException {
        return extent.get(file);
    }

    /** Sets the length of the dataset. */
    void setRows(SpaceAllocator file, long rows) throws IOException {
        extent.set(file, rows);
        if (times != null) { // as HDF5 does when an extent changes
            int now = (int) Instant.now().getEpochSecond();
            ByteBuffer block = times.change(file).putInt(times.offset(), now);
            if (!times.old()) {
                block.putInt(times.offset() + CHANGE, now);
            }
        }
    }

    /** Sets the address of the chunk index; returns the header with the new address. */
    DatasetHeader setIndex(SpaceAllocator file, long address) throws IOException {
        layoutPlace.set(file, address);
        return new DatasetHeader(extent, space, layoutPlace, layout.at(address), filtered, times, attribute);
    }

    /** The value of the requested attribute; negative if the dataset has no such attribute. */
    long number(SpaceAllocator file) throws IOException {
        return attribute == null ? -1 : attribute.get(file);
    }

    /** Sets the value of the requested attribute. */
    void setNumber(SpaceAllocator file, long value) throws IOException {
        Objects.requireNonNull(attribute).set(file, value);
    }
}
