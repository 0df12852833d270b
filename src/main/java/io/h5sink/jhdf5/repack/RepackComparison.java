package io.h5sink.jhdf5.repack;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.FilterRegistry;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.jhdf5.read.ReadableFile;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Compares datasets and groups of two files, some elements at a time. One thread at a time. */
final class RepackComparison {

    private final ReadableFile source;
    private final ReadableFile target;
    private final RepackReferences references;
    private final RepackAttributes attributes;
    private final Consumer<String> found;

    /**
     * Creates a comparison.
     *
     * @param target the file that should have the same content
     * @param references maps references of the first file to the second
     * @param found gets a line for each difference
     */
    RepackComparison(ReadableFile source, ReadableFile target, RepackReferences references, Consumer<String> found) {
        this.source = source;
        this.target = target;
        this.references = references;
        this.attributes = new RepackAttributes(source.id, target.id, references, found);
        this.found = found;
    }

    /** Compares an object except for its elements; gives the comparison of its elements, or null if the object has none. */
    @Nullable
    Elements object(String path) throws HDF5Exception {
        ReadableFile.Kind kind = source.kind(path);
        if (target.kind(path) != kind) {
            found.accept(path + ": the object");
            return null;
        }
        attributes.compare(path);
        if (kind == ReadableFile.Kind.GROUP) {
            links(path);
        }
        return kind == ReadableFile.Kind.DATASET ? dataset(path) : null;
    }

    private void links(String path) {
        Set<ReadableFile.NamedLink> ours = new TreeSet<>(RepackComparison::order);
        ours.addAll(source.links(path));
        Set<ReadableFile.NamedLink> theirs = new TreeSet<>(RepackComparison::order);
        theirs.addAll(target.links(path));
        for (ReadableFile.NamedLink link : ours) {
            if (!theirs.remove(link)) {
                found.accept((path.equals("/") ? "/" : path + "/") + link.name() + ": the link");
            }
        }
        for (ReadableFile.NamedLink link : theirs) {
            found.accept(
                    (path.equals("/") ? "/" : path + "/") + link.name() + ": a link that the old file does not have");
        }
    }

    /** Compares links by name only, not by kind: the target of a link to another file may depend on the file that is open. */
    private static int order(ReadableFile.NamedLink one, ReadableFile.NamedLink other) {
        return one.name().compareTo(other.name());
    }

    private @Nullable Elements dataset(String path) throws HDF5Exception {
        RepackElements one = RepackElements.open(source, path);
        RepackElements two = RepackElements.open(target, path);
        boolean same;
        try (Handle ours = Handle.space(H5.H5Dget_space(one.dataset()));
                Handle theirs = Handle.space(H5.H5Dget_space(two.dataset()))) {
            same = true;
            if (!H5.H5Tequal(one.memoryType(), two.memoryType())) {
                found.accept(path + ": " + one.info.typeText() + ", now " + two.info.typeText());
                same = false;
            } else if (!H5.H5Sextent_equal(ours.id, theirs.id)
                    || !Arrays.equals(one.info.maximum(), two.info.maximum())) {
                found.accept(path + ": " + ObjectText.space(ours.id) + ", now " + ObjectText.space(theirs.id));
                same = false;
            } else if (one.info.chunk() != null && !Arrays.equals(one.info.chunk(), two.info.chunk())) {
                found.accept(path + ": chunks of " + Arrays.toString(one.info.chunk()) + ", now of "
                        + Arrays.toString(two.info.chunk()));
            }
            fill(path, one, two);
        }
        Elements elements = new Elements(one, two);
        if (!same) {
            elements.close();
            return null;
        }
        return elements;
    }

    private void fill(String path, RepackElements one, RepackElements two) throws HDF5Exception {
        byte[] ours = fill(one);
        byte[] theirs = fill(two);
        if (one.info.ownFill() != two.info.ownFill()
                || one.info.filled() != two.info.filled()
                || !Arrays.equals(ours, theirs)) {
            found.accept(path + ": the fill value");
        }
    }

    /**
     * The fill value; zeros for the default, and for a value with data elsewhere (strings and sequences of variable length, region
     * references).
     */
    private static byte[] fill(RepackElements elements) throws HDF5Exception {
        byte[] fill = new byte[elements.type.size()];
        if (elements.info.ownFill() && elements.type.isPlain()) {
            try (Handle creation = Handle.propertiesOf(H5.H5Dget_create_plist(elements.dataset()))) {
                H5.H5Pget_fill_value(creation.id, elements.memoryType(), fill);
            }
        }
        return fill;
    }

    /** The comparison of the elements of a dataset. */
    final class Elements implements AutoCloseable {

        private final RepackElements one;
        private final RepackElements two;
        private final Supplier<@Nullable RepackBox> boxes;

        private Elements(RepackElements one, RepackElements two) throws HDF5Exception {
            this.one = one;
            this.two = two;
            try (Handle creation = Handle.propertiesOf(H5.H5Dget_create_plist(one.dataset()))) {
                boolean elsewhere = H5.H5Pget_layout(creation.id) == HDF5Constants.H5D_VIRTUAL
                        || H5.H5Pget_external_count(creation.id) > 0;
                boolean readable = FilterRegistry.unknown(one.info.filters()).isEmpty()
                        || one.info.filters().stream().allMatch(filter -> LibraryFilters.isKnown(filter.id()));
                this.boxes = elsewhere || !readable ? () -> null : one.boxes(two.info.chunk());
                if (!readable && one.info.bytes() != two.info.bytes()) {
                    found.accept(one.info.path() + ": its chunks");
                }
            }
        }

        /** Compares some more elements; false at the end, or if a difference was found. */
        boolean next() throws HDF5Exception {
            RepackBox box = boxes.get();
            if (box == null) {
                return false;
            }
            ByteBuffer ours = one.read(box);
            ByteBuffer theirs = two.read(box);
            if (references.same(one.type, ours, theirs, Math.toIntExact(box.elements()), target.id)) {
                return true;
            }
            found.accept(one.info.path() + ": its values from " + Arrays.toString(box.start()) + " on");
            return false;
        }

        @Override
        public void close() throws HDF5Exception {
            try (one;
                    two) {
                references.lost(); // clears the flag: the loss was reported when elements were copied
            }
        }
    }
}
