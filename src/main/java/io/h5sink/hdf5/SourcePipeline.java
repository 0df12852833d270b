package io.h5sink.hdf5;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Unpacks chunks without the C library. One thread at a time. */
final class SourcePipeline {

    private static final int DEFLATE = 1;
    private static final int SHUFFLE = 2;

    /** How much more than a chunk may be between two filters, for what the first could not make smaller: an eighth of it, and so many bytes. */
    private static final int MORE = 1 << 12;

    /** The largest chunk that can be unpacked. */
    private static final int LARGEST = Integer.MAX_VALUE / 9 * 8 - MORE;

    private static final Map<Integer, Unpacking> OFFERED = new ConcurrentHashMap<>();

    /** What offers more when that is first needed; null if it has, or there is nothing. Guarded by the class. */
    private static @Nullable Runnable offering;

    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Stage(int filter, int[] values) {}

    private final List<Stage> stages = new ArrayList<>();
    private final SourceScratch scratch;

    SourcePipeline(List<SourceInfo.Filter> filters, SourceScratch scratch) {
        this.scratch = scratch;
        for (SourceInfo.Filter filter : filters) {
            stages.add(new Stage(filter.id(), values(filter)));
        }
    }

    /** Notes what unpacks a filter. */
    static void offer(int filter, Unpacking unpacking) {
        OFFERED.putIfAbsent(filter, unpacking);
    }

    /** Notes what offers more when that is first needed. */
    static synchronized void offering(Runnable more) {
        offering = more;
    }

    /** Whoever comes meanwhile waits, lest filters be unknown to it. */
    static synchronized void offerMore() {
        if (offering != null) {
            offering.run();
            offering = null;
        }
    }

    /** The filters that nothing is known of here. */
    static List<Integer> unknown(List<SourceInfo.Filter> filters) {
        if (!filters.isEmpty()) {
            offerMore();
        }
        List<Integer> unknown = new ArrayList<>();
        for (SourceInfo.Filter filter : filters) {
            if (filter.id() != DEFLATE && !OFFERED.containsKey(filter.id())) {
                unknown.add(filter.id());
            }
        }
        return unknown;
    }

    /**
     * Throws if the C library must not pack chunks, whether there are any yet or not.
     *
     * @param bytes what a chunk takes
     * @throws StructureDamage if the client values of a filter are for other chunks
     */
    static void mustPack(List<SourceInfo.Filter> filters, long bytes) {
        long now = bytes;
        for (SourceInfo.Filter filter : filters) {
            Unpacking unpacking = OFFERED.get(filter.id());
            if (unpacking != null) {
                try {
                    unpacking.check(values(filter), now);
                } catch (RuntimeException e) {
                    throw new StructureDamage("its chunks cannot be packed: " + e.getMessage());
                }
            }
            now = filter.id() == SHUFFLE ? now : -1;
        }
    }

    private static int[] values(SourceInfo.Filter filter) {
        return filter.values().stream().mapToInt(value -> value).toArray();
    }

    /** Room for a chunk as it is stored. */
    ByteBuffer packed(long bytes) {
        if (bytes > LARGEST) {
            throw new StructureDamage("a chunk of " + bytes + " bytes is too large");
        }
        return scratch.packed((int) bytes);
    }

    /**
     * Unpacks a chunk.
     *
     * @param packed what {@link #packed} gave, as it was stored
     * @param mask a bit for each filter that it does without
     * @param bytes what it takes when it is unpacked
     * @return at least so many bytes, from position 0; until the next chunk is unpacked
     * @throws StructureDamage if it cannot be unpacked
     */
    ByteBuffer unpack(ByteBuffer packed, int mask, long bytes) {
        if (bytes > LARGEST) {
            throw new StructureDamage("chunks of " + bytes + " bytes are too large");
        }
        ByteBuffer chunk = packed;
        int most = (int) (bytes + bytes / 8 + MORE);
        for (int i = stages.size() - 1; i >= 0; i--) {
            if ((mask & 1 << i) == 0) {
                Stage stage = stages.get(i);
                chunk = stage.filter == DEFLATE ? inflated(chunk, most) : unpacked(stage, chunk, most);
            }
        }
        if (chunk.remaining() < bytes) {
            throw new StructureDamage("it has " + chunk.remaining() + " bytes, where " + bytes + " are expected");
        }
        return chunk;
    }

    private ByteBuffer inflated(ByteBuffer packed, int most) {
        Inflater inflater = scratch.inflater();
        inflater.setInput(packed);
        ByteBuffer chunk = scratch.next(most);
        try {
            while (!inflater.finished()) { // which it is only when its checksum was seen, too
                if (inflater.inflate(chunk) == 0 && !inflater.finished()) {
                    throw new StructureDamage(
                            chunk.hasRemaining() ? "it ends too early" : "more than " + most + " bytes come out of it");
                }
            }
        } catch (DataFormatException e) {
            throw new StructureDamage("it cannot be inflated: " + e.getMessage());
        }
        return chunk.flip();
    }

    private ByteBuffer unpacked(Stage stage, ByteBuffer packed, int most) {
        Unpacking unpacking = OFFERED.get(stage.filter);
        if (unpacking == null) {
            throw new StructureDamage("filter " + stage.filter + " is not known");
        }
        long size = unpacking.size(packed.duplicate(), stage.values);
        if (size < 0) {
            throw new StructureDamage("it does not tell its size");
        }
        if (size > most) {
            throw new StructureDamage("it says that " + size + " bytes come out of it");
        }
        ByteBuffer chunk = scratch.next((int) size);
        try {
            unpacking.unpack(packed, stage.values, chunk.duplicate());
        } catch (RuntimeException e) {
            throw new StructureDamage("it cannot be unpacked: " + Objects.requireNonNullElse(e.getMessage(), "" + e));
        }
        return chunk;
    }
}
