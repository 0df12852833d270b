package io.h5sink.jhdf5.read;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Handle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of a virtual dataset ({@code H5Pset_virtual}): the selected elements of a source dataset are selected elements of the virtual
 * one.
 */
final class VirtualMapping {

    /** The format of source names: {@code %b} stands for the number of a block, {@code %%} for a percent sign. */
    private static final Pattern BLOCK = Pattern.compile("%([b%])");

    /** The value for no axis of the virtual dataset. */
    private static final int NONE = -1;

    /**
     * A run of indices along one axis of the virtual and the source dataset, at constant steps in both.
     *
     * @param to the first position among the wanted indices
     * @param from the first index of the source dataset
     */
    record Run(int to, int toStep, long from, long fromStep, int count) {}

    /**
     * The pairs of source and wanted indices.
     *
     * @param from the selection along each axis of the source dataset
     * @param axes the virtual dataset's axis for each source axis; {@link #NONE} for a source axis with a single index
     * @param runs the runs along each axis of the virtual dataset
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Pairs(Hyperslab[] from, int[] axes, List<List<Run>> runs) {

        /** The run along a source axis, given one chosen run for each axis of the virtual dataset. */
        Run along(int axis, Run[] chosen) {
            return axes[axis] == NONE ? new Run(0, 1, from[axis].start(), 1, 1) : chosen[axes[axis]];
        }
    }

    final String file;
    final String dataset;

    /** The selection in the virtual dataset; null if not regular. */
    private final Hyperslab @Nullable [] to;

    /** The selection in the source dataset; null if all elements are selected, or the selection is not regular. */
    private final Hyperslab @Nullable [] from;

    private VirtualMapping(String file, String dataset, Hyperslab @Nullable [] to, Hyperslab @Nullable [] from) {
        this.file = file;
        this.dataset = dataset;
        this.to = to;
        this.from = from;
    }

    /** The mappings in the creation properties of a virtual dataset with the given extents. */
    static List<VirtualMapping> of(long storage, long[] shape) throws HDF5Exception {
        List<VirtualMapping> mappings = new ArrayList<>();
        long count = H5.H5Pget_virtual_count(storage);
        for (long i = 0; i < count; i++) {
            try (Handle virtual = Handle.space(H5.H5Pget_virtual_vspace(storage, i));
                    Handle source = Handle.space(H5.H5Pget_virtual_srcspace(storage, i))) {
                boolean all = H5.H5Sget_select_type(source.id) == HDF5Constants.H5S_SEL_ALL;
                Hyperslab[] to = H5.H5Sget_select_type(virtual.id) == HDF5Constants.H5S_SEL_ALL
                        ? Hyperslab.all(shape)
                        : Hyperslab.of(virtual);
                Hyperslab[] from = all ? null : Hyperslab.of(source);
                mappings.add(new VirtualMapping(
                        H5.H5Pget_virtual_filename(storage, i),
                        H5.H5Pget_virtual_dsetname(storage, i),
                        to == null || to.length != shape.length || (from == null && !all) ? null : to,
                        from));
            }
        }
        return mappings;
    }

    /** Pairs, in order, the axes with more than one selected index; null if their numbers of indices differ. */
    private static int @Nullable [] pairs(Hyperslab[] to, Hyperslab[] from) {
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

    /** The axis along which each block has a source dataset of its own; negative if the mapping has one source only. */
    private int blocksAxis(Hyperslab[] axes) {
        for (Hyperslab slab : from == null ? new Hyperslab[0] : from) {
            if (slab.isUnlimited()) {
                return NONE;
            }
        }
        int found = NONE;
        for (int axis = 0; axis < axes.length; axis++) {
            found = axes[axis].isUnlimited() ? axis : found;
        }
        return isNumbered(file) || isNumbered(dataset) ? found : NONE;
    }

    private static boolean isNumbered(String name) {
        return BLOCK.matcher(name).results().anyMatch(found -> found.group(1).equals("b"));
    }

    private VirtualMapping numbered(Hyperslab @Nullable [] axes, long number) {
        return new VirtualMapping(named(file, number), named(dataset, number), axes, from);
    }

    private static String named(String name, long number) {
        return BLOCK.matcher(name).replaceAll(found -> found.group(1).equals("b") ? Long.toString(number) : "%");
    }

    /** Gives the mappings, each with one source dataset, that may have some of the wanted elements. */
    void each(long[] start, long[] step, long[] count, Consumer<VirtualMapping> taker) {
        int axis = to == null ? NONE : blocksAxis(to);
        if (to == null || axis == NONE) {
            if (to == null || touches(to, start, step, count)) {
                taker.accept(numbered(to, 0));
            }
            return;
        }
        Hyperslab blocks = to[axis];
        for (long at = position(blocks.start(), start[axis], step[axis]); at < count[axis]; ) {
            long number = (start[axis] + at * step[axis] - blocks.start()) / blocks.stride();
            Hyperslab[] block = to.clone();
            block[axis] = blocks.only(number);
            if (touches(block, start, step, count)) {
                taker.accept(numbered(block, number));
            }
            at = Math.max(at + 1, position(blocks.start() + (number + 1) * blocks.stride(), start[axis], step[axis]));
        }
    }

    private static boolean touches(Hyperslab[] to, long[] start, long[] step, long[] count) {
        for (int axis = 0; axis < to.length; axis++) {
            long at = position(to[axis].start(), start[axis], step[axis]);
            if (at >= count[axis] || start[axis] + at * step[axis] >= to[axis].end()) {
                return false;
            }
        }
        return true;
    }

    /** The first position among the wanted indices whose index is not below the given one. */
    private static long position(long index, long start, long step) {
        return index <= start ? 0 : (index - start + step - 1) / step;
    }

    /**
     * Pairs the source indices along each axis with the wanted indices.
     *
     * @param shape the extents of the source dataset, which bound the selection
     * @return the pairs; null if the axes cannot be paired
     */
    @Nullable
    Pairs pairs(long[] start, long[] step, long[] count, long[] shape) {
        if (to == null) {
            return null;
        }
        Hyperslab[] source = from;
        if (source == null) {
            source = Hyperslab.all(shape);
        }
        int[] axes = pairs(to, source);
        if (axes == null || axes.length != shape.length) {
            return null;
        }
        List<List<Run>> runs = new ArrayList<>();
        for (int axis = 0; axis < to.length; axis++) {
            int other = 0;
            while (other < axes.length && axes[other] != axis) {
                other++;
            }
            boolean paired = other < axes.length;
            Hyperslab along = paired ? source[other] : new Hyperslab(0, 1, 1, 1);
            runs.add(runs(to[axis], along, paired ? shape[other] : 1, start[axis], step[axis], count[axis]));
        }
        return new Pairs(source, axes, runs);
    }

    private static List<Run> runs(Hyperslab to, Hyperslab from, long extent, long start, long step, long count) {
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
}
