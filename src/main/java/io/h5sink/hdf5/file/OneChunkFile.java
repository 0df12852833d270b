package io.h5sink.hdf5.file;

import io.h5sink.filter.CodedChunk;
import io.h5sink.filter.Filter;
import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.index.ChunkIndex;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.DataSelection;
import io.h5sink.format.message.DatasetMessages;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.FillValue;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.format.message.HeaderEditor.NewMessage;
import io.h5sink.format.message.LinkMessage;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.hdf5.Groups;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file that has one dataset, whose only chunk goes through filters: the C library encodes the chunk when the library writes
 * the dataset, and decodes the chunk when the library reads the dataset. Elements are single bytes, since a filter knows of elements what
 * its client values say. These stay as they are: HDF5 computes client values when HDF5 makes a dataset, not when HDF5 opens one. All
 * filters are optional, so that a chunk that a filter refuses has a bit in the filter mask.
 */
public final class OneChunkFile {

    /** The path of the dataset. */
    public static final String DATASET = "chunk";

    private OneChunkFile() {}

    /** A file whose chunk is not there yet. */
    public static ByteBuffer empty(int chunkBytes, List<Filter> filters) {
        return make(chunkBytes, filters, null);
    }

    /**
     * A file with a chunk that has gone through all of the filters.
     *
     * @param stored from position to limit, which stay
     */
    public static ByteBuffer of(int chunkBytes, List<Filter> filters, ByteBuffer stored) {
        return make(chunkBytes, filters, stored);
    }

    private static ByteBuffer make(int chunkBytes, List<Filter> filters, @Nullable ByteBuffer stored) {
        int dataset = Superblock.CREATED_LENGTH + group(0).remaining();
        int chunk = dataset + dataset(chunkBytes, filters, 0, 0).remaining();
        int size = stored == null ? 0 : stored.remaining();
        long address = stored == null ? Superblock.UNDEFINED : chunk;
        ByteBuffer file = ByteBuffer.allocateDirect(chunk + size)
                .put(Superblock.create(0, Superblock.UNDEFINED, Superblock.CREATED_LENGTH, chunk + size))
                .put(group(dataset))
                .put(dataset(chunkBytes, filters, size, address));
        if (stored != null) {
            file.put(stored.duplicate());
        }
        return file.flip();
    }

    private static ByteBuffer group(long dataset) {
        List<NewMessage> messages = new ArrayList<>(Groups.messages(FieldSizes.WIDE));
        LinkMessage link = LinkMessage.hard(DATASET.getBytes(StandardCharsets.UTF_8), dataset, null);
        messages.add(NewMessage.of(ObjectHeader.LINK, 0, link::encode));
        return HeaderEditor.encode(messages, 0);
    }

    private static ByteBuffer dataset(int chunkBytes, List<Filter> filters, long size, long address) {
        List<Filter> optional = filters.stream()
                .map(filter -> new Filter(filter.id(), filter.flags() | Filter.OPTIONAL, filter.values()))
                .toList();
        return HeaderEditor.encode(
                DatasetMessages.of(
                        Datatype.integer(1, false),
                        Dataspace.fixed(List.of((long) chunkBytes)),
                        FillValue.none(FillValue.INCREMENTAL, FillValue.NEVER),
                        optional,
                        DataLayout.singleChunk(chunkBytes, size, address)),
                0);
    }

    /**
     * The chunk in a file into which the C library has written.
     *
     * @param file from index 0 to limit; direct
     * @param chunkBytes the size of the chunk without filters
     * @return the stored chunk, as a part of the file's bytes
     * @throws FormatException if the chunk is not there
     */
    public static CodedChunk chunk(ByteBuffer file, int chunkBytes) {
        FormatInput in = new FormatInput(new FormatInput.BlockSource() {
            @Override
            public ByteBuffer read(long address, int length) {
                return file.slice(Math.toIntExact(address), length).order(ByteOrder.LITTLE_ENDIAN);
            }

            @Override
            public long end() {
                return file.limit();
            }
        });
        int header = Superblock.CREATED_LENGTH + group(0).remaining();
        long[] shape = {chunkBytes};
        ChunkIndex index = new ChunkIndex(
                in, DataLayout.of(ObjectHeader.read(in, header)), new ChunkIndex.IndexGrid(shape, shape, shape));
        CodedChunk[] found = {null};
        index.find(DataSelection.rows(0, chunkBytes - 1L, shape), (offset, address, size, mask) -> {
            if (address != Superblock.UNDEFINED) {
                found[0] = new CodedChunk(file.slice(Math.toIntExact(address), Math.toIntExact(size)), mask);
            }
        });
        if (found[0] == null) {
            throw new FormatException("the C library has written no chunk");
        }
        return found[0];
    }
}
