package io.h5sink.jhdf5.repack;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.ChunkCoder;
import io.h5sink.filter.FilterExecutor;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Texts;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.read.ReadableFile;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Copies the elements of a dataset to the dataset in another file, some at a time. One thread at a time. */
final class RepackData implements AutoCloseable {

    /** The most bytes of raw chunks that are being encoded at the same time; a single chunk may be larger. */
    private static final int UNDERWAY_BYTES = 8 << 20;

    private static final int MOST_UNDERWAY = 32;

    /** A chunk that is being encoded. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Underway(long number, long[] offset, ByteBuffer raw) {}

    private final RepackElements elements;
    private final RepackPlan plan;
    private final RepackReferences references;
    private final Consumer<String> lost;
    private final long target;
    private final Handle dataset;
    private final Supplier<@Nullable RepackBox> boxes;
    private final Deque<Underway> underway = new ArrayDeque<>();
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private long number;
    private boolean dangling;

    private RepackData(
            RepackElements elements,
            RepackPlan plan,
            RepackReferences references,
            Consumer<String> lost,
            long target,
            Handle dataset,
            Supplier<@Nullable RepackBox> boxes) {
        this.elements = elements;
        this.plan = plan;
        this.references = references;
        this.lost = lost;
        this.target = target;
        this.dataset = dataset;
        this.boxes = boxes;
    }

    /** Creates the copier of a dataset that both files have. */
    static RepackData of(
            ReadableFile source,
            long target,
            String path,
            RepackPlan plan,
            RepackReferences references,
            Consumer<String> lost)
            throws HDF5Exception {
        RepackElements elements = RepackElements.open(source, path);
        boolean none = plan.way == RepackPlan.StorageWay.NONE || plan.way == RepackPlan.StorageWay.AS_STORED;
        return new RepackData(
                elements,
                plan,
                references,
                lost,
                target,
                Links.open(target, path),
                none ? () -> null : elements.boxes(plan.chunk));
    }

    /** Copies some more elements; false at the end. */
    boolean next() throws HDF5Exception {
        RepackBox box = boxes.get();
        if (box == null) {
            while (!underway.isEmpty()) {
                finish();
            }
            if (dangling) {
                lost.accept(elements.info.path() + ": a reference that leads to nothing in the file");
            }
            return false;
        }
        ByteBuffer read = elements.read(box);
        if (plan.way == RepackPlan.StorageWay.CHUNKS) {
            chunk(box, read);
        } else {
            write(box, Texts.direct(read).order(ByteOrder.nativeOrder()));
        }
        return true;
    }

    private List<ByteBuffer> map(ByteBuffer memory, RepackBox box) throws HDF5Exception {
        List<ByteBuffer> kept = references.map(elements.type, memory, Math.toIntExact(box.elements()), target);
        dangling |= references.lost();
        return kept;
    }

    private void write(RepackBox box, ByteBuffer memory) throws HDF5Exception {
        List<ByteBuffer> kept = map(memory, box);
        try (Handle inFile = box.in(dataset.id);
                Handle inMemory = box.inMemory()) {
            Library.calls().write(dataset.id, elements.memoryType(), inMemory.id, inFile.id, memory);
        } catch (HDF5Exception e) {
            throw ErrorStack.kept(e);
        } finally {
            Reference.reachabilityFence(kept);
        }
        elements.release();
    }

    private void chunk(RepackBox box, ByteBuffer read) throws HDF5Exception {
        long[] chunk = Objects.requireNonNull(plan.chunk);
        map(read, box);
        int bytes = Math.toIntExact(RepackBox.elements(chunk) * elements.type.size());
        if (underway.size() >= Math.max(1, Math.min(MOST_UNDERWAY, UNDERWAY_BYTES / bytes))) {
            finish();
        }
        ByteBuffer raw = free.isEmpty() ? ByteBuffer.allocateDirect(bytes) : free.remove();
        box.pad(read, chunk, elements.type.size(), raw);
        Underway next = new Underway(number++, box.start(), raw.clear());
        underway.add(next);
        if (plan.coder != null) {
            plan.coder.announce(next.number, raw);
        }
    }

    /** Writes the oldest of the chunks that are being encoded. */
    private void finish() throws HDF5Exception {
        Underway first = underway.remove();
        ChunkCoder coder = plan.coder;
        if (coder == null) {
            Library.calls().writeChunk(dataset.id, 0, first.offset, first.raw);
        } else {
            FilterExecutor.Task coded = coder.encode(first.number, first.raw);
            Library.calls().writeChunk(dataset.id, coded.mask(), first.offset, coded.stored());
            coder.release();
        }
        free.add(first.raw);
    }

    @Override
    public void close() throws HDF5Exception {
        try (elements;
                dataset) {
            while (plan.coder != null && !underway.isEmpty()) { // other threads must not read freed buffers
                Underway first = underway.remove();
                plan.coder.encode(first.number, first.raw);
                plan.coder.release();
            }
        }
    }
}
