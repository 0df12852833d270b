package io.h5sink.hdf5;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Unpacks chunks without the C library. One thread at a time. */
final class SourcePipeline {

    private static final int DEFLATE = 1;
    private static final int SHUFFLE = 2;
    private static final int FLETCHER = 3;

    private static final Map<Integer, Unpacking> OFFERED = new ConcurrentHashMap<>();

    private final List<SourceInfo.Filter> filters;

    SourcePipeline(List<SourceInfo.Filter> filters) {
        this.filters = filters;
    }

    /** Notes what unpacks a filter. */
    static void offer(int filter, Unpacking unpacking) {
        OFFERED.putIfAbsent(filter, unpacking);
    }

    /** The filters that nothing is known of here. */
    List<Integer> unknown() {
        List<Integer> unknown = new ArrayList<>();
        for (SourceInfo.Filter filter : filters) {
            if (filter.id() > FLETCHER && !OFFERED.containsKey(filter.id())) {
                unknown.add(filter.id());
            }
        }
        return unknown;
    }

    /**
     * Unpacks a chunk.
     *
     * @param mask a bit for each filter that it does without
     * @param chunkBytes its size when it is unpacked
     * @throws StructureDamage if it cannot be unpacked
     */
    ByteBuffer unpack(ByteBuffer stored, int mask, int chunkBytes) {
        byte[] chunk = new byte[stored.remaining()];
        stored.get(chunk);
        for (int i = filters.size() - 1; i >= 0; i--) {
            if ((mask & 1 << i) == 0) {
                chunk = unpack(filters.get(i), chunk, chunkBytes);
            }
        }
        if (chunk.length < chunkBytes) {
            throw new StructureDamage("a chunk has " + chunk.length + " bytes, where " + chunkBytes + " are expected");
        }
        return ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] unpack(SourceInfo.Filter filter, byte[] stored, int chunkBytes) {
        return switch (filter.id()) {
            case DEFLATE -> inflated(stored, chunkBytes);
            case SHUFFLE ->
                unshuffled(
                        stored, filter.values().isEmpty() ? 1 : filter.values().get(0));
            case FLETCHER -> Arrays.copyOf(stored, Math.max(0, stored.length - Integer.BYTES));
            default -> offered(filter, stored);
        };
    }

    private static byte[] inflated(byte[] stored, int chunkBytes) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(stored);
            byte[] chunk = new byte[chunkBytes + Integer.BYTES]; // of a checksum that went through the filter, too
            int length = 0;
            while (length < chunk.length && !inflater.finished()) {
                int more = inflater.inflate(chunk, length, chunk.length - length);
                if (more == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    throw new StructureDamage("a chunk ends too early");
                }
                length += more;
            }
            return Arrays.copyOf(chunk, length);
        } catch (DataFormatException e) {
            throw new StructureDamage("a chunk cannot be inflated: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }

    private static byte[] unshuffled(byte[] stored, int elementBytes) {
        int count = elementBytes > 1 ? stored.length / elementBytes : 0;
        byte[] chunk = stored.clone();
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < elementBytes; j++) {
                chunk[i * elementBytes + j] = stored[j * count + i];
            }
        }
        return chunk;
    }

    private static byte[] offered(SourceInfo.Filter filter, byte[] stored) {
        Unpacking unpacking = OFFERED.get(filter.id());
        if (unpacking == null) {
            throw new StructureDamage("filter " + filter.id() + " is not known");
        }
        ByteBuffer packed = ByteBuffer.allocateDirect(stored.length).put(stored).flip();
        int[] values = filter.values().stream().mapToInt(value -> value).toArray();
        long size = unpacking.size(packed.duplicate(), values);
        if (size <= 0 || size > Integer.MAX_VALUE - 8) {
            throw new StructureDamage("a chunk does not tell its size");
        }
        ByteBuffer chunk = ByteBuffer.allocateDirect((int) size);
        try {
            unpacking.unpack(packed, chunk.duplicate());
        } catch (RuntimeException e) {
            throw new StructureDamage("a chunk cannot be unpacked: " + e.getMessage());
        }
        byte[] bytes = new byte[(int) size];
        chunk.get(0, bytes);
        return bytes;
    }
}
