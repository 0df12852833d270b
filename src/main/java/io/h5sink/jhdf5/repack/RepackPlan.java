package io.h5sink.jhdf5.repack;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.ChunkCoder;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.filter.FilterRegistry;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.hdf5.PositionRows;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.jhdf5.Texts;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The storage of a dataset in the new file, decided by its storage in the old one. The arrays must not be changed. */
final class RepackPlan {

    /**
     * The least bytes of a contiguous dataset that becomes chunked: the chunk index of a smaller one would use up the space that
     * compression saves.
     */
    private static final long LEAST_COMPRESSED = 1 << 12;

    /** The most bytes of a chunk of a formerly contiguous dataset, which fits into most readers' chunk caches. */
    private static final long CHUNK_BYTES = 1 << 18;

    /** The way in which elements are copied. */
    enum StorageWay {
        /** No copying: the elements stay in other files or datasets, or the dataset has none. */
        NONE,
        /** The C library copies chunks as they are stored. */
        AS_STORED,
        /** Elements are read, and written by the C library, through its filters if the new dataset has any. */
        ELEMENTS,
        /** Java encodes each chunk, and the C library writes the encoded bytes. */
        CHUNKS
    }

    final StorageWay way;

    /** The extents of a chunk; null without chunks. */
    final long @Nullable [] chunk;

    /** Java's implementation of the filters; null without filters. */
    final @Nullable ChunkCoder coder;

    /** The creation properties of the new dataset. */
    final Handle creation;

    private RepackPlan(StorageWay way, long @Nullable [] chunk, @Nullable ChunkCoder coder, Handle creation) {
        this.way = way;
        this.chunk = chunk;
        this.coder = coder;
        this.creation = creation;
    }

    /** Plans a dataset. */
    static RepackPlan of(RepackElements elements, ChunkCoding coding) throws HDF5Exception {
        Handle creation = Handle.propertiesOf(H5.H5Dget_create_plist(elements.dataset()));
        DatasetInfo info = elements.info;
        int layout = H5.H5Pget_layout(creation.id);
        boolean elsewhere = layout == HDF5Constants.H5D_VIRTUAL || H5.H5Pget_external_count(creation.id) > 0;
        if (info.empty() || elsewhere) {
            return new RepackPlan(StorageWay.NONE, null, null, creation);
        }
        if (info.chunk() != null) {
            return chunked(elements, coding, creation);
        }
        boolean large = elements.type.isPlain() && info.shape().length > 0 && bytes(elements) >= LEAST_COMPRESSED;
        if (layout == HDF5Constants.H5D_CONTIGUOUS && large) {
            long most = Math.max(1, CHUNK_BYTES / elements.type.size());
            long[] chunk = new RepackBoxes(new long[info.shape().length], info.shape(), most).extents();
            ChunkCoder coder = coder(elements, coding, chunk);
            if (coder != null) {
                Handle chunks = RepackCreation.withoutFilters(creation, elements.memoryType(), chunk);
                H5.H5Pset_alloc_time(chunks.id, HDF5Constants.H5D_ALLOC_TIME_INCR);
                return coded(info.path(), chunk, coder, chunks);
            }
        }
        return new RepackPlan(
                StorageWay.ELEMENTS, null, null, RepackCreation.withoutFilters(creation, elements.memoryType(), null));
    }

    private static long bytes(RepackElements elements) {
        return Math.multiplyExact(RepackBox.elements(elements.info.shape()), elements.type.size());
    }

    private static RepackPlan chunked(RepackElements elements, ChunkCoding coding, Handle creation)
            throws HDF5Exception {
        DatasetInfo info = elements.info;
        long[] chunk = info.chunk();
        boolean known = FilterRegistry.unknown(info.filters()).isEmpty()
                || info.filters().stream().allMatch(filter -> LibraryFilters.isKnown(filter.id()));
        if (chunk == null || !known || tooLarge(elements, chunk)) {
            return new RepackPlan(StorageWay.AS_STORED, chunk, null, creation);
        }
        boolean positions = info.path().equals(PositionRows.PATH); // the sink's own table has no filters
        if (positions || !elements.type.isPlain()) {
            boolean packs = info.filters().stream().allMatch(filter -> LibraryFilters.packs(filter.id()));
            boolean kept = info.filters().isEmpty() || (coding.codes() && packs);
            return new RepackPlan(
                    StorageWay.ELEMENTS,
                    chunk,
                    null,
                    kept
                            ? RepackCreation.withFilters(creation, elements.memoryType(), chunk)
                            : RepackCreation.withoutFilters(creation, elements.memoryType(), chunk));
        }
        Handle plain = RepackCreation.withoutFilters(creation, elements.memoryType(), chunk);
        return coded(info.path(), chunk, coder(elements, coding, chunk), plain);
    }

    private static boolean tooLarge(RepackElements elements, long[] chunk) {
        double bytes = elements.type.size();
        for (long extent : chunk) {
            bytes *= extent;
        }
        return bytes > 1 << 30;
    }

    private static @Nullable ChunkCoder coder(RepackElements elements, ChunkCoding coding, long[] chunk)
            throws HDF5Exception {
        if (!coding.codes()) {
            return null;
        }
        int size = elements.type.size();
        int bytes = Math.toIntExact(Math.multiplyExact(RepackBox.elements(chunk), size));
        ChunkCoding own = coding.another();
        if (own.needsSample()) {
            own.sample(sample(elements, chunk));
        }
        return own.make(size, bytes);
    }

    private static ByteBuffer sample(RepackElements elements, long[] chunk) throws HDF5Exception {
        Supplier<@Nullable RepackBox> boxes = elements.boxes(chunk);
        RepackBox first = boxes.get();
        return first == null ? ByteBuffer.allocate(0) : Texts.direct(elements.read(first));
    }

    private static RepackPlan coded(String path, long[] chunk, @Nullable ChunkCoder coder, Handle creation)
            throws HDF5Exception {
        boolean direct = Library.calls().writesChunks();
        if (coder != null) {
            if (!direct) {
                LibraryFilters.mustPack(
                        path,
                        coder.filters(),
                        "it does not take chunks that were compressed elsewhere; gzip, shuffle and Fletcher-32 can be had");
            }
            LibraryFilters.set(creation.id, coder.filters());
        }
        return new RepackPlan(direct ? StorageWay.CHUNKS : StorageWay.ELEMENTS, chunk, coder, creation);
    }
}
