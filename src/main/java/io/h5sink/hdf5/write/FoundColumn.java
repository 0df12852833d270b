package io.h5sink.hdf5.write;

import io.h5sink.filter.ChunkCoder;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.filter.Filter;
import io.h5sink.filter.FilterLibrary;
import io.h5sink.filter.FilterPipeline;
import io.h5sink.filter.MissingFilterException;
import io.h5sink.filter.codec.DamagedChunkException;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.heap.GlobalHeap;
import io.h5sink.format.index.ChunkGrid;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.FillValue;
import io.h5sink.format.message.FilterPipelineMessage;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.hdf5.MessageCheck;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A dataset as its object header describes it.
 *
 * @param type the type of an element
 * @param space the extents
 * @param layout the storage of the elements
 * @param filters the filters of chunks; empty without filters
 * @param filterNames the names that the header gives the filters
 * @param fill the fill value; null if the header has no such message
 */
record FoundColumn(
        Datatype type,
        Dataspace space,
        DataLayout layout,
        List<Filter> filters,
        List<String> filterNames,
        @Nullable FillValue fill) {

    /** Reads the header of a dataset. */
    static FoundColumn of(FormatInput in, ObjectHeader header) {
        Datatype type = new MessageCheck(in, new GlobalHeap(in), (what, address) -> {}).type(header);
        ObjectHeader.Message space = header.first(ObjectHeader.DATASPACE);
        if (type == null || space == null || space.shared()) {
            throw new FormatException("the header of a dataset lacks its type or its shape");
        }
        ObjectHeader.Message pipeline = header.first(ObjectHeader.FILTERS);
        FilterPipelineMessage filters = pipeline == null || pipeline.shared()
                ? new FilterPipelineMessage(List.of(), List.of())
                : FilterPipelineMessage.decode(pipeline.open());
        return new FoundColumn(
                type,
                Dataspace.decode(space.open(), in),
                DataLayout.of(header),
                filters.filters(),
                filters.names(),
                fill(header));
    }

    /** A datatype, or the datatype to which a shared message refers; null if that lies in a shared message heap. */
    static @Nullable Datatype type(FormatInput in, ByteBuffer message, boolean shared) {
        return new MessageCheck(in, new GlobalHeap(in), (what, address) -> {}).type(message, shared);
    }

    private static @Nullable FillValue fill(ObjectHeader header) {
        for (int kind : new int[] {ObjectHeader.FILL, ObjectHeader.OLD_FILL}) {
            ObjectHeader.Message message = header.first(kind);
            if (message != null && !message.shared()) {
                return FillValue.decode(kind, message.open());
            }
        }
        return null;
    }

    /** The layout and the filters, in the words of h5dump. */
    String storage() {
        return isChunked() ? H5DumpText.chunks(chunk(), filters, filterNames) : H5DumpText.storage(layout);
    }

    /** Whether the elements are in chunks. */
    boolean isChunked() {
        return layout.kind() == DataLayout.CHUNKED;
    }

    /** Whether the dataset grows along its first axis without a limit. */
    boolean isGrowing() {
        return isChunked() && space.rank() > 0 && space.maxDimensions().get(0) == Dataspace.UNLIMITED;
    }

    /** The shape of a chunk. */
    long[] chunk() {
        return layout.chunk(space.rank());
    }

    /** The grid of the chunks. */
    ChunkGrid grid() {
        long[] chunk = chunk();
        for (long extent : chunk) {
            if (extent <= 0) {
                throw new FormatException("the extents of a chunk are " + Arrays.toString(chunk));
            }
        }
        try {
            return new ChunkGrid(chunk, extents(space.dimensions()), extents(space.maxDimensions()), type.size());
        } catch (ArithmeticException e) {
            throw new FormatException("the extents of a chunk are " + Arrays.toString(chunk) + ", which are too many");
        }
    }

    /**
     * The coder of chunks that fit into memory; null without filters.
     *
     * @param path the path of the dataset, for messages
     * @param library runs the filters that Java does not have
     * @throws StorageException if neither Java nor the library has one of the filters
     */
    @Nullable
    ChunkCoder coder(String path, FilterLibrary library) {
        return coder(path, ChunkCoding.NONE, library);
    }

    /** The same, with the threads that encode the chunks of a column. */
    @Nullable
    ChunkCoder coder(String path, ChunkCoding coding, FilterLibrary library) {
        return filters.isEmpty() ? null : known(path, library, bytes -> coding.find(filters, bytes, library));
    }

    /** The filters of chunks that are read; the parameters are those of {@link #coder(String, FilterLibrary)}. */
    FilterPipeline decoding(String path, FilterLibrary library) {
        return known(path, library, bytes -> FilterPipeline.decoding(filters, bytes, library));
    }

    private <R> R known(String path, FilterLibrary library, IntFunction<R> making) {
        try {
            return making.apply(Math.toIntExact(grid().chunkBytes()));
        } catch (MissingFilterException e) {
            throw missing(path, e, library.words());
        } catch (DamagedChunkException e) {
            throw new FormatException("its chunks cannot be packed: " + e.getMessage());
        }
    }

    private StorageException missing(String path, MissingFilterException e, @Nullable String library) {
        Filter filter = e.filter();
        String name = filterNames.get(Math.max(0, filters.indexOf(filter)));
        boolean named = filter.name() == null && !name.isEmpty(); // the file has a name that Java does not know
        return StorageException.schema(
                path,
                "a filter that is here to compress new rows, in " + (library == null ? "" : library + " or in ")
                        + "Java",
                filter.words() + (named ? " (" + name + ")" : ""),
                Objects.requireNonNull(e.getMessage()));
    }

    private static long[] extents(List<Long> extents) {
        return extents.stream().mapToLong(extent -> extent).toArray();
    }

    /** Whether HDF5 fills new chunks with a value that the creator of the dataset has set. */
    boolean isFilled() {
        return fill != null && fill.isUserDefined() && fill.time() != FillValue.NEVER;
    }
}
