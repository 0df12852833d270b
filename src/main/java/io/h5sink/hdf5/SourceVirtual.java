package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a virtual dataset by reading those that it consists of, because the C library takes these, and the files that they lie in, as they
 * are. What is missing has the fill value. One thread at a time.
 */
final class SourceVirtual implements AutoCloseable {

    private static final int MOST_LEVELS = 8;

    /** The file that the virtual dataset lies in itself. */
    private static final String HERE = ".";

    private final String path;
    private final Handle type;
    private final SourceParts parts;
    private final SourceDisk disk;
    private final int level;
    private final int bytes;
    private final byte[] fill;
    private final List<SourceMapping> mappings;

    private SourceVirtual(
            String path,
            Handle type,
            SourceParts parts,
            SourceDisk disk,
            int level,
            byte[] fill,
            List<SourceMapping> mappings) {
        this.path = path;
        this.type = type;
        this.parts = parts;
        this.disk = disk;
        this.level = level;
        this.bytes = fill.length;
        this.fill = fill;
        this.mappings = mappings;
    }

    /**
     * Looks what a dataset consists of.
     *
     * @param parts the file that was opened
     * @param disk the file that it lies in
     * @param level how many virtual datasets have led to it
     * @return null if it is not virtual
     */
    static @Nullable SourceVirtual of(
            long dataset, SourceInfo info, SourceType known, SourceParts parts, SourceDisk disk, int level)
            throws HDF5Exception {
        try (Handle storage = Handle.propertiesOf(H5.H5Dget_create_plist(dataset))) {
            if (info.shape().length == 0 || H5.H5Pget_layout(storage.id) != HDF5Constants.H5D_VIRTUAL) {
                return null;
            }
            if (level > MOST_LEVELS) {
                throw StoreException.write(
                        info.path(), "more than " + MOST_LEVELS + " virtual datasets lead to it", null);
            }
            byte[] fill;
            try (SourceConversion conversion = SourceConversion.of(dataset, info.path(), known)) {
                fill = conversion.fill(dataset, info);
            }
            List<SourceMapping> mappings = SourceMapping.of(storage.id, info.shape());
            return new SourceVirtual(
                    info.path(), Handle.type(H5.H5Dget_type(dataset)), parts, disk, level, fill, mappings);
        }
    }

    /**
     * Reads elements.
     *
     * @return as they are in memory; null if what it consists of has not the same axes
     * @throws StoreException if one cannot be read
     */
    byte @Nullable [] read(long[] start, long[] step, long[] count, int elements) {
        byte[] to = new byte[elements * bytes];
        for (int at = 0; at < to.length; at += bytes) {
            System.arraycopy(fill, 0, to, at, bytes);
        }
        boolean[] alike = {true};
        visit(start, step, count, (part, pairs) -> {
            if (pairs == null) {
                alike[0] = false;
            } else if (alike[0]) {
                each(pairs, new SourceMapping.Run[count.length], 0, runs -> {
                    Wanted wanted = new Wanted(pairs, runs);
                    ByteBuffer from = part.elements(wanted.start, wanted.step, wanted.count);
                    new Copying(runs, count, from.duplicate(), to).all();
                });
            }
        });
        return alike[0] ? to : null;
    }

    /** Looks at elements for the C library, which is about to read or replace them. */
    void check(long[] start, long[] step, long[] count) {
        visit(start, step, count, (part, pairs) -> {
            if (pairs == null) {
                all(part, part.shape());
            } else {
                each(pairs, new SourceMapping.Run[count.length], 0, runs -> {
                    Wanted wanted = new Wanted(pairs, runs);
                    part.check(wanted.start, wanted.step, wanted.count);
                });
            }
        });
    }

    private interface Visitor {
        void visit(SourceParts.Part part, SourceMapping.@Nullable Pairs pairs);
    }

    private void visit(long[] start, long[] step, long[] count, Visitor visitor) {
        try (Files files = new Files()) {
            for (SourceMapping mapping : mappings) {
                mapping.each(start, step, count, one -> {
                    try (SourceParts.Part part = files.open(one)) {
                        if (part != null) {
                            visitor.visit(part, one.pairs(start, step, count, part.shape()));
                        }
                    } catch (StoreException e) {
                        throw told(one, e);
                    }
                });
            }
        }
    }

    /** Looks at all of what has other axes, and so is not read here. */
    private static void all(SourceParts.Part part, long[] shape) {
        long[] step = new long[shape.length];
        for (int axis = 0; axis < shape.length; axis++) {
            step[axis] = 1;
            if (shape[axis] == 0) {
                return;
            }
        }
        part.check(new long[shape.length], step, shape);
    }

    /** Goes through all that have one run along each axis. */
    private static void each(
            SourceMapping.Pairs pairs, SourceMapping.Run[] chosen, int axis, Consumer<SourceMapping.Run[]> taker) {
        if (axis == chosen.length) {
            taker.accept(chosen);
            return;
        }
        for (SourceMapping.Run run : pairs.runs().get(axis)) {
            chosen[axis] = run;
            each(pairs, chosen, axis + 1, taker);
        }
    }

    private StoreException told(SourceMapping mapping, StoreException e) {
        String where = "a part of it, " + mapping.dataset + " in " + mapping.file + ": " + e.getMessage();
        return e.kind() == StoreException.Kind.BUSY
                ? StoreException.busy(path + ": " + where, e)
                : StoreException.write(path, where, e);
    }

    /** The files that are open for one visit: the last other one. */
    private final class Files implements AutoCloseable {

        private @Nullable Path path;
        private @Nullable SourceParts other;

        SourceParts.@Nullable Part open(SourceMapping mapping) {
            String name = mapping.dataset.startsWith("/") ? mapping.dataset : "/" + mapping.dataset;
            SourceParts from = parts;
            boolean here = mapping.file.equals(HERE);
            if (!here || disk.isLinked()) {
                Path file = here ? disk.file() : SourceNames.find(mapping.file, disk.file());
                if (file == null) {
                    return null;
                }
                from = other(file);
            }
            return from.part(name, type.id, level + 1);
        }

        private SourceParts other(Path file) {
            if (other == null || !file.equals(path)) {
                close();
                other = parts.other(file);
                path = file;
            }
            return other;
        }

        @Override
        public void close() {
            if (other != null) {
                other.close();
                other = null;
            }
        }
    }

    /** What is wanted of the other dataset. */
    private static final class Wanted {

        final long[] start;
        final long[] step;
        final long[] count;

        Wanted(SourceMapping.Pairs pairs, SourceMapping.Run[] runs) {
            int rank = pairs.axes().length;
            start = new long[rank];
            step = new long[rank];
            count = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                SourceMapping.Run run = pairs.along(axis, runs);
                start[axis] = run.from();
                step[axis] = run.fromStep();
                count[axis] = run.count();
            }
        }
    }

    /** The way from the elements of the other dataset, one after the other, to where they belong. */
    private final class Copying {

        private final SourceMapping.Run[] runs;
        private final int[] apart;
        private final ByteBuffer from;
        private final byte[] to;

        Copying(SourceMapping.Run[] runs, long[] count, ByteBuffer from, byte[] to) {
            this.runs = runs;
            this.from = from;
            this.to = to;
            apart = new int[count.length];
            int below = bytes;
            for (int axis = count.length - 1; axis >= 0; axis--) {
                apart[axis] = below;
                below *= (int) count[axis];
            }
        }

        void all() {
            along(0, 0);
        }

        private void along(int axis, int start) {
            SourceMapping.Run run = runs[axis];
            int at = start + run.to() * apart[axis];
            if (axis == runs.length - 1 && run.toStep() == 1) {
                from.get(to, at, run.count() * bytes);
                return;
            }
            for (int i = 0; i < run.count(); i++, at += run.toStep() * apart[axis]) {
                if (axis == runs.length - 1) {
                    from.get(to, at, bytes);
                } else {
                    along(axis + 1, at);
                }
            }
        }
    }

    @Override
    public void close() throws HDF5Exception {
        type.close();
    }
}
