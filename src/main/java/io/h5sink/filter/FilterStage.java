package io.h5sink.filter;

import io.h5sink.filter.codec.ChunkEncoder;
import io.h5sink.filter.codec.DamagedChunkException;
import io.h5sink.filter.codec.FilterCodec;
import io.h5sink.filter.codec.Fletcher32;
import io.h5sink.filter.codec.MissingCodecException;
import io.h5sink.filter.codec.Scratch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One filter of a pipeline that Java runs, or several neighbours that a {@link FilterLibrary} runs. Immutable. */
sealed interface FilterStage {

    /** What a filter may add to a chunk: an eighth and so many bytes. */
    int MORE = 1 << 12;

    /** The size of chunks that are not all of the same size. */
    int VARYING = -1;

    /** Applies the filters to a chunk, whose bytes stay; bits of the mask are those of the pipeline. */
    CodedChunk encode(ByteBuffer chunk, Scratch scratch);

    /**
     * Undoes those filters that a chunk has gone through.
     *
     * @param stored position and limit of which are undefined afterwards
     * @param mask the mask of the whole pipeline
     * @param most the most bytes that may come out
     */
    ByteBuffer decode(ByteBuffer stored, int mask, int most, Scratch scratch);

    /** The most bytes that a filter may make of a chunk. */
    static int most(long bytes) {
        return (int) (bytes + bytes / 8 + MORE);
    }

    /**
     * The stages of a pipeline.
     *
     * @param chunkBytes the size of a raw chunk; {@link #VARYING} if only Java decodes
     * @param library runs the filters that Java does not have
     * @param encoding whether chunks are also encoded
     * @throws MissingFilterException if the library lacks a filter that Java does not have
     */
    static List<FilterStage> of(List<Filter> filters, int chunkBytes, FilterLibrary library, boolean encoding) {
        List<FilterStage> stages = new ArrayList<>();
        int known = 0; // the first filters, before each of which chunks have a known size
        int[] sizes = new int[filters.size() + 1];
        sizes[0] = chunkBytes;
        for (int i = 0; i < filters.size(); i++) {
            Filter filter = filters.get(i);
            ChunkEncoder encoder = encoding ? encoder(filter, library) : null;
            FilterCodec decoder = FilterRegistry.find(filter.id());
            boolean java = decoder != null && (encoder != null || !encoding);
            if (sizes[i] >= 0) {
                known = i;
            }
            sizes[i + 1] = sizes[i] < 0 || !java ? VARYING : size(filter, sizes[i]);
            if (java || chunkBytes < 0) {
                stages.add(new JavaStage(i, filter, filter.clientValues(), decoder, encoder));
                continue;
            }
            int first = known;
            stages.removeIf(stage -> stage.first() >= first); // the library must know what size to expect
            List<Filter> group = List.copyOf(filters.subList(first, i + 1));
            group.forEach(library::require);
            stages.add(new LibraryStage(first, group, sizes[first], library));
        }
        return List.copyOf(stages);
    }

    /** Java's encoder; null if the library is to encode, because the one that Java needs for that is missing. */
    private static @Nullable ChunkEncoder encoder(Filter filter, FilterLibrary library) {
        try {
            return FilterRegistry.encoder(filter);
        } catch (MissingCodecException missing) {
            try {
                library.require(filter);
                return null;
            } catch (MissingFilterException e) {
                throw new MissingFilterException(filter, missing.getMessage() + "; " + e.getMessage());
            }
        }
    }

    private static int size(Filter filter, int bytes) {
        return switch (filter.id()) {
            case Filter.SHUFFLE -> bytes;
            case Filter.FLETCHER32 -> bytes + Fletcher32.BYTES;
            default -> VARYING;
        };
    }

    /** The place of the first filter in the pipeline. */
    int first();

    /** A filter that Java has; or, in a pipeline that only decodes, one that nobody has. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record JavaStage(
            int first,
            Filter filter,
            int[] values,
            @Nullable FilterCodec decoder,
            @Nullable ChunkEncoder encoder) implements FilterStage {

        @Override
        public CodedChunk encode(ByteBuffer chunk, Scratch scratch) {
            ByteBuffer out = scratch.next(most(chunk.remaining()));
            if (Objects.requireNonNull(encoder).encode(chunk.duplicate(), values, out, scratch)) {
                return new CodedChunk(out.flip().duplicate(), 0);
            }
            scratch.takeBack();
            return new CodedChunk(chunk, 1 << first);
        }

        @Override
        public ByteBuffer decode(ByteBuffer stored, int mask, int most, Scratch scratch) {
            if ((mask & 1 << first) != 0) {
                return stored;
            }
            if (decoder == null) {
                throw new DamagedChunkException("filter " + filter.id() + " is not known");
            }
            try {
                long size = decoder.decodedSize(stored.duplicate(), values);
                if (size < 0 || (size > most && size != FilterCodec.UNKNOWN_SIZE)) {
                    throw new DamagedChunkException((size < 0 ? "size is missing" : "size: " + size + " bytes")
                            + " (expected: at most " + most + ")");
                }
                ByteBuffer chunk = scratch.next((int) Math.min(size, most));
                decoder.decode(stored, values, chunk, scratch);
                return chunk.flip();
            } catch (DamagedChunkException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new DamagedChunkException(Objects.requireNonNullElse(e.getMessage(), "" + e), e);
            }
        }
    }

    /**
     * Filters that a library runs.
     *
     * @param bytes the size of a chunk before the first of them
     */
    record LibraryStage(int first, List<Filter> filters, int bytes, FilterLibrary library) implements FilterStage {

        @Override
        public CodedChunk encode(ByteBuffer chunk, Scratch scratch) {
            CodedChunk coded = library.encode(filters, chunk);
            return new CodedChunk(coded.bytes(), coded.mask() << first);
        }

        @Override
        public ByteBuffer decode(ByteBuffer stored, int mask, int most, Scratch scratch) {
            List<Filter> undone = new ArrayList<>();
            for (int i = 0; i < filters.size(); i++) {
                if ((mask & 1 << (first + i)) == 0) {
                    undone.add(filters.get(i));
                }
            }
            return undone.isEmpty() ? stored : library.decode(undone, stored, bytes);
        }
    }
}
