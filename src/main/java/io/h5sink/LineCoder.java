package io.h5sink;

import io.h5sink.codec.ChunkCodec;
import io.h5sink.codec.DamagedChunkException;
import io.h5sink.codec.Scratch;
import io.h5sink.codec.Workers;
import io.h5sink.hdf5.ChunkCoder;
import io.h5sink.hdf5.ChunkFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Codes the chunks of one dataset in a line of workers. */
final class LineCoder implements ChunkCoder {

    private final ChunkCodec codec;
    private final Workers.Line line;
    private final Map<Long, Workers.Task> announced = new HashMap<>();
    private Workers.@Nullable Task given;

    LineCoder(ChunkCodec codec, Workers.Line line) {
        this.codec = codec;
        this.line = line;
    }

    @Override
    public List<ChunkFilter> filters() {
        return codec.filters().stream()
                .map(filter -> new ChunkFilter(filter.id(), filter.flags(), filter.values()))
                .toList();
    }

    @Override
    public int rawMask() {
        return codec.rawMask();
    }

    @Override
    public void announce(long chunk, ByteBuffer raw) {
        announced.put(chunk, line.add(codec, raw));
    }

    @Override
    public boolean isAnnounced(long chunk) {
        return announced.containsKey(chunk);
    }

    @Override
    public Coded encode(long chunk, ByteBuffer raw) {
        release();
        Workers.Task task = announced.remove(chunk);
        if (task == null) {
            task = line.add(codec, raw);
        }
        line.finish(task);
        given = task;
        return new Coded(task.stored(), task.mask());
    }

    @Override
    public void release() {
        if (given != null) {
            line.give(given);
            given = null;
        }
    }

    @Override
    public void decode(ByteBuffer stored, int mask, ByteBuffer raw) throws IOException {
        try (Scratch scratch = new Scratch()) {
            codec.decode(stored, mask, raw, scratch);
        } catch (DamagedChunkException e) {
            throw new IOException("a chunk that is there is damaged: " + e.getMessage(), e);
        }
    }
}
