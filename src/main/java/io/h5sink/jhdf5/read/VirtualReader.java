package io.h5sink.jhdf5.read;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.hdf5.OpenSources;
import io.h5sink.hdf5.VirtualFileNames;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.file.DiskView;
import io.h5sink.jhdf5.type.ElementConversion;
import io.h5sink.jhdf5.type.LibraryType;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a virtual dataset by reading its source datasets in Java, because the C library reads sources and their files without the checks of
 * this package. Missing elements have the fill value. One thread at a time.
 */
final class VirtualReader implements AutoCloseable {

    private static final int MOST_LEVELS = 8;

    /** The name in mappings of the virtual dataset's own file. */
    private static final String HERE = ".";

    private final String path;
    private final Handle type;
    private final OpenSources sources;
    private final DiskView disk;
    private final int level;
    private final int bytes;
    private final byte[] fill;
    private final List<VirtualMapping> mappings;

    private VirtualReader(
            String path,
            Handle type,
            OpenSources sources,
            DiskView disk,
            int level,
            byte[] fill,
            List<VirtualMapping> mappings) {
        this.path = path;
        this.type = type;
        this.sources = sources;
        this.disk = disk;
        this.level = level;
        this.bytes = fill.length;
        this.fill = fill;
        this.mappings = mappings;
    }

    /**
     * Reads the mappings of a dataset.
     *
     * @param sources opens datasets of the file that was opened, and other files
     * @param disk the file that has the dataset
     * @param level the number of nested virtual datasets that have led to this one
     * @return null if the dataset is not virtual
     */
    static @Nullable VirtualReader of(
            long dataset, DatasetInfo info, LibraryType known, OpenSources sources, DiskView disk, int level)
            throws HDF5Exception {
        try (Handle storage = Handle.propertiesOf(H5.H5Dget_create_plist(dataset))) {
            if (info.shape().length == 0 || H5.H5Pget_layout(storage.id) != HDF5Constants.H5D_VIRTUAL) {
                return null;
            }
            if (level > MOST_LEVELS) {
                throw StorageException.write(
                        info.path(), "more than " + MOST_LEVELS + " virtual datasets lead to it", null);
            }
            byte[] fill;
            try (ElementConversion conversion = ElementConversion.of(dataset, info.path(), known)) {
                fill = conversion.fill(dataset, info);
            }
            List<VirtualMapping> mappings = VirtualMapping.of(storage.id, info.shape());
            return new VirtualReader(
                    info.path(), Handle.type(H5.H5Dget_type(dataset)), sources, disk, level, fill, mappings);
        }
    }

    /**
     * Reads elements.
     *
     * @return the elements as they are in memory; null if the axes of a source cannot be paired
     * @throws StorageException if a source cannot be read
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
                each(pairs, new VirtualMapping.Run[count.length], 0, runs -> {
                    Wanted wanted = new Wanted(pairs, runs);
                    ByteBuffer from = part.elements(wanted.start, wanted.step, wanted.count);
                    new ElementCopying(runs, count, from.duplicate(), to).all();
                });
            }
        });
        return alike[0] ? to : null;
    }

    /** Checks elements of the sources that the C library is about to read or replace. */
    void check(long[] start, long[] step, long[] count) {
        visit(start, step, count, (part, pairs) -> {
            if (pairs == null) {
                all(part, part.shape());
            } else {
                each(pairs, new VirtualMapping.Run[count.length], 0, runs -> {
                    Wanted wanted = new Wanted(pairs, runs);
                    part.check(wanted.start, wanted.step, wanted.count);
                });
            }
        });
    }

    private interface Visitor {
        void visit(OpenSources.OpenSource part, VirtualMapping.@Nullable Pairs pairs);
    }

    private void visit(long[] start, long[] step, long[] count, Visitor visitor) {
        try (Files files = new Files()) {
            for (VirtualMapping mapping : mappings) {
                mapping.each(start, step, count, one -> {
                    try (OpenSources.OpenSource part = files.open(one)) {
                        if (part != null) {
                            visitor.visit(part, one.pairs(start, step, count, part.shape()));
                        }
                    } catch (StorageException e) {
                        throw naming(one, e);
                    }
                });
            }
        }
    }

    /** Checks all elements of a source whose axes cannot be paired. */
    private static void all(OpenSources.OpenSource part, long[] shape) {
        long[] step = new long[shape.length];
        for (int axis = 0; axis < shape.length; axis++) {
            step[axis] = 1;
            if (shape[axis] == 0) {
                return;
            }
        }
        part.check(new long[shape.length], step, shape);
    }

    /** Visits all combinations of one run along each axis. */
    private static void each(
            VirtualMapping.Pairs pairs, VirtualMapping.Run[] chosen, int axis, Consumer<VirtualMapping.Run[]> taker) {
        if (axis == chosen.length) {
            taker.accept(chosen);
            return;
        }
        for (VirtualMapping.Run run : pairs.runs().get(axis)) {
            chosen[axis] = run;
            each(pairs, chosen, axis + 1, taker);
        }
    }

    private StorageException naming(VirtualMapping mapping, StorageException e) {
        String where = "a part of it, " + mapping.dataset + " in " + mapping.file + ": " + e.getMessage();
        return e.kind() == StorageException.Kind.BUSY
                ? StorageException.busy(path + ": " + where, e)
                : StorageException.write(path, where, e);
    }

    /** The file that is open during one visit: the last source file other than the virtual dataset's own. */
    private final class Files implements AutoCloseable {

        private @Nullable Path path;
        private @Nullable OpenSources other;

        OpenSources.@Nullable OpenSource open(VirtualMapping mapping) {
            String name = mapping.dataset.startsWith("/") ? mapping.dataset : "/" + mapping.dataset;
            OpenSources from = sources;
            boolean here = mapping.file.equals(HERE);
            if (!here || disk.isLinked()) {
                Path file = here ? disk.file() : VirtualFileNames.find(mapping.file, disk.file());
                if (file == null) {
                    return null;
                }
                from = other(file);
            }
            return from.part(name, type.id, level + 1);
        }

        private OpenSources other(Path file) {
            if (other == null || !file.equals(path)) {
                close();
                other = sources.other(file);
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

    /** The wanted elements of the source dataset. */
    private static final class Wanted {

        final long[] start;
        final long[] step;
        final long[] count;

        Wanted(VirtualMapping.Pairs pairs, VirtualMapping.Run[] runs) {
            int rank = pairs.axes().length;
            start = new long[rank];
            step = new long[rank];
            count = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                VirtualMapping.Run run = pairs.along(axis, runs);
                start[axis] = run.from();
                step[axis] = run.fromStep();
                count[axis] = run.count();
            }
        }
    }

    /** Copies the elements of the source dataset, which lie one after the other, to their places among the wanted elements. */
    private final class ElementCopying {

        private final VirtualMapping.Run[] runs;
        private final int[] apart;
        private final ByteBuffer from;
        private final byte[] to;

        ElementCopying(VirtualMapping.Run[] runs, long[] count, ByteBuffer from, byte[] to) {
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
            VirtualMapping.Run run = runs[axis];
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
