package io.h5sink.hdf5.write;

import io.h5sink.format.FormatException;
import io.h5sink.format.heap.GlobalHeap;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.FillValue;
import io.h5sink.hdf5.ChunkFill;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A fill value as elements are stored: the same bytes for each element, or a copy of the heap objects to which the value refers, because
 * HDF5 frees the heap objects of an element that is overwritten. One thread at a time.
 */
record StoredFill(OpenObjects file, Datatype type, ByteBuffer value) implements ChunkFill {

    /** The value that HDF5 writes into new chunks of a dataset; null for none. */
    static @Nullable ChunkFill ofChunks(OpenObjects file, FoundColumn dataset) {
        FillValue fill = dataset.fill();
        return fill == null || !dataset.isFilled() ? null : of(file, dataset.type(), fill);
    }

    /** The value that the creator of a dataset has set; null for none. */
    static @Nullable StoredFill of(OpenObjects file, Datatype type, FillValue fill) {
        ByteBuffer value = fill.value();
        if (value != null && value.remaining() != type.size()) {
            throw new FormatException("a fill value has " + value.remaining() + " bytes");
        }
        return value == null ? null : new StoredFill(file, type, value);
    }

    @Override
    public void put(ByteBuffer elements) throws IOException {
        if (type.references().isEmpty()) {
            while (elements.hasRemaining()) {
                elements.put(value.duplicate());
            }
            return;
        }
        GlobalHeap heap = new GlobalHeap(file.space().input());
        while (elements.hasRemaining()) {
            elements.put(VariableLengthValues.copied(heap, file.heap(), type, value));
        }
        file.heap().flush();
    }
}
