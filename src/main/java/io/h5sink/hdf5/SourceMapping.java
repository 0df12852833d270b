package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which elements of a virtual dataset are which of another one: a mapping, as {@code H5Pset_virtual} takes it. */
final class SourceMapping {

    /** What stands for the number of a block in names, and for a percent sign. */
    private static final Pattern BLOCK = Pattern.compile("%([b%])");

    /** Of the virtual dataset no axis. */
    private static final int NONE = -1;

    /**
     * Indices of both along one axis, each so many apart.
     *
     * @param to the first among the wanted ones
     * @param from the first of the other dataset
     */
    record Run(int to, int toStep, long from, long fromStep, int count) {}

    final String file;
    final String dataset;
    private final SourceSlab[] to;
    private final SourceSlab[] from;

    /** The axis of the virtual dataset for each of the other one; null if there is none such. */
    private final int @Nullable [] axes;

    private SourceMapping(String file, String dataset, SourceSlab[] to, SourceSlab[] from, boolean regular) {
        this.file = file;
        this.dataset = dataset;
        this.to = to;
        this.from = from;
        this.axes = regular ? axes() : null;
    }

    /** The mappings among the creation properties of a virtual dataset. */
    static List<SourceMapping> of(long storage) throws HDF5Exception {
        List<SourceMapping> mappings = new ArrayList<>();
        long count = H5.H5Pget_virtual_count(storage);
        for (long i = 0; i < count; i++) {
            try (Handle virtual = Handle.space(H5.H5Pget_virtual_vspace(storage, i));
                    Handle source = Handle.space(H5.H5Pget_virtual_srcspace(storage, i))) {
                SourceSlab[] to = SourceSlab.of(virtual);
                SourceSlab[] from = SourceSlab.of(source);
                boolean regular = to != null && from != null;
                SourceSlab[] none = {};
                mappings.add(new SourceMapping(
                        H5.H5Pget_virtual_filename(storage, i),
                        H5.H5Pget_virtual_dsetname(storage, i),
                        to == null ? none : to,
                        from == null ? none : from,
                        regular));
            }
        }
        return mappings;
    }

    /** Pairs the axes of which more than one index is selected, in order. */
    private int @Nullable [] axes() {
        int[] pairs = new int[from.length];
        int axis = 0;
        for (int i = 0; i < from.length; i++) {
            pairs[i] = NONE;
            if (from[i].indices() != 1) {
                while (axis < to.length && to[axis].indices() == 1) {
                    axis++;
                }
                if (axis == to.length || to[axis].indices() != from[i].indices()) {
                    return null;
                }
                pairs[i] = axis++;
            }
        }
        while (axis < to.length && to[axis].indices() == 1) {
            axis++;
        }
        return axis == to.length ? pairs : null;
    }

    /** Whether each wanted index along an axis is one along another. */
    boolean isAligned() {
        return axes != null || blocksAxis() >= 0;
    }

    /** The axis along which there is a dataset for each block; negative if there is none. */
    private int blocksAxis() {
        int found = NONE;
        for (int axis = 0; axis < to.length; axis++) {
            found = to[axis].isUnlimited() ? axis : found;
        }
        for (SourceSlab slab : from) {
            found = slab.isUnlimited() ? NONE : found;
        }
        return found >= 0 && (isNumbered(file) || isNumbered(dataset)) && block(found, 0).axes != null ? found : NONE;
    }

    private static boolean isNumbered(String name) {
        return BLOCK.matcher(name).results().anyMatch(found -> found.group(1).equals("b"));
    }

    private SourceMapping block(int axis, long number) {
        SourceSlab[] block = to.clone();
        block[axis] = to[axis].only(number);
        return new SourceMapping(named(file, number), named(dataset, number), block, from, true);
    }

    private static String named(String name, long number) {
        return BLOCK.matcher(name).replaceAll(found -> found.group(1).equals("b") ? Long.toString(number) : "%");
    }

    /** The mappings of one dataset each that some wanted elements need; of axes that are not aligned this one. */
    void each(long[] start, long[] step, long[] count, Consumer<SourceMapping> taker) {
        int axis = blocksAxis();
        if (axis < 0) {
            SourceMapping one = new SourceMapping(named(file, 0), named(dataset, 0), to, from, axes != null);
            if (axes == null || one.touches(start, step, count)) {
                taker.accept(one);
            }
            return;
        }
        SourceSlab blocks = to[axis];
        for (long at = position(blocks.start(), start[axis], step[axis]); at < count[axis]; ) {
            long number = (start[axis] + at * step[axis] - blocks.start()) / blocks.stride();
            SourceMapping block = block(axis, number);
            if (block.touches(start, step, count)) {
                taker.accept(block);
            }
            at = Math.max(at + 1, position(blocks.start() + (number + 1) * blocks.stride(), start[axis], step[axis]));
        }
    }

    private boolean touches(long[] start, long[] step, long[] count) {
        for (int axis = 0; axis < to.length; axis++) {
            long at = position(to[axis].start(), start[axis], step[axis]);
            if (at >= count[axis] || start[axis] + at * step[axis] >= to[axis].end()) {
                return false;
            }
        }
        return true;
    }

    /** The first position among wanted indices that is not below one. */
    private static long position(long index, long start, long step) {
        return index <= start ? 0 : (index - start + step - 1) / step;
    }

    /**
     * The indices of the other dataset along each of its axes, and where they belong.
     *
     * @param shape the extents of the other dataset, beyond which there is nothing
     * @return for each axis of the virtual dataset; null if axes are not aligned
     */
    @Nullable
    List<List<Run>> runs(long[] start, long[] step, long[] count, long[] shape) {
        if (axes == null) {
            return null;
        }
        List<List<Run>> runs = new ArrayList<>();
        for (int axis = 0; axis < to.length; axis++) {
            int other = 0;
            while (other < from.length && axes[other] != axis) {
                other++;
            }
            boolean paired = other < from.length;
            runs.add(runs(
                    to[axis],
                    paired ? from[other] : new SourceSlab(0, 1, 1, 1),
                    paired ? shape[other] : 1,
                    start[axis],
                    step[axis],
                    count[axis]));
        }
        return runs;
    }

    private static List<Run> runs(SourceSlab to, SourceSlab from, long extent, long start, long step, long count) {
        List<Run> runs = new ArrayList<>();
        Run run = null;
        for (long at = position(to.start(), start, step); at < count && start + at * step < to.end(); at++) {
            long number = to.number(start + at * step);
            if (number < 0) {
                continue;
            }
            long index = from.index(number);
            if (index < 0 || index >= extent) {
                break;
            }
            int apart = run == null ? 0 : (int) at - (run.to + (run.count - 1) * run.toStep);
            long apartThere = run == null ? 0 : index - (run.from + (run.count - 1) * run.fromStep);
            if (run != null && (run.count == 1 || (apart == run.toStep && apartThere == run.fromStep))) {
                run = new Run(run.to, apart, run.from, apartThere, run.count + 1);
                runs.set(runs.size() - 1, run);
            } else {
                run = new Run((int) at, 1, index, 1, 1);
                runs.add(run);
            }
        }
        return runs;
    }

    /** How many axes the other dataset must have. */
    int rank() {
        return from.length;
    }

    /** The run along an axis of the other dataset. */
    Run along(int axis, Run[] runs) {
        int other = axes == null ? NONE : axes[axis];
        return other == NONE ? new Run(0, 1, from[axis].start(), 1, 1) : runs[other];
    }
}
