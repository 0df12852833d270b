package io.h5sink.jhdf5.read;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.DatasetSpaces;
import io.h5sink.hdf5.LinkMessages;
import io.h5sink.hdf5.OpenSources;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.file.AttributeText;
import io.h5sink.jhdf5.file.DatasetLengths;
import io.h5sink.jhdf5.file.DiskView;
import io.h5sink.jhdf5.file.GroupLinks;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.file.OpenedFile;
import io.h5sink.jhdf5.file.PathOpener;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file that is open for reading. One thread at a time. */
public final class ReadableFile implements AutoCloseable {

    private static final int MOST_NAMES = 10;

    public final long id;

    /** How long datasets are for this reader, where HDF5 may know of more. */
    private final DatasetLengths lengths;

    public final DiskView disk;
    final PathOpener paths;

    private ReadableFile(long id, DiskView disk, DatasetLengths lengths) {
        this.id = id;
        this.disk = disk;
        this.paths = new PathOpener(id, disk);
        this.lengths = lengths;
    }

    /** What a link leads to. */
    public enum Kind {
        /** A group. */
        GROUP,
        /** A dataset. */
        DATASET,
        /** A named type, or what cannot be opened: nothing, or something in a file that is not there. */
        OTHER
    }

    /** What a file is opened for. */
    public enum Purpose {
        /** To be read, as it is now. */
        READ,
        /** To be read as it is now, also if this process has had it open before; for no longer than a turn. */
        LOOK,
        /** To have elements replaced. */
        UPDATE
    }

    /**
     * A link in a group.
     *
     * @param name its name
     * @param kind what it leads to
     */
    public record LinkInfo(String name, Kind kind) {}

    /**
     * Opens a file that is there, once it was looked at in Java.
     *
     * @param file which
     * @param use what for
     * @return the file
     * @throws StorageException if that is not possible; of kind {@link StorageException.Kind#BUSY} if it may be later
     */
    public static ReadableFile open(StoredFile file, Purpose use) {
        OpenedFile opened = OpenedFile.of(file, use == Purpose.LOOK, use == Purpose.UPDATE);
        return new ReadableFile(opened.id(), opened.disk(), opened.lengths());
    }

    /** What reads or lists something, and what it is called in messages. */
    private interface FileWork<R> {
        R run() throws HDF5Exception;
    }

    private static <R> R reading(String path, FileWork<R> work) {
        try {
            return work.run();
        } catch (HDF5Exception e) {
            throw StorageException.write(path, "HDF5 cannot read it: " + ErrorStack.reason(e), e);
        }
    }

    /**
     * What has a path.
     *
     * @param path absolute
     * @return the kind; null if nothing has it
     */
    public @Nullable Kind kind(String path) {
        if (path.equals("/")) {
            return Kind.GROUP;
        }
        try {
            for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
                if (kindOf(path.substring(0, slash)) != Kind.GROUP) {
                    return null;
                }
            }
            return paths.has(path) ? kindOf(path) : null;
        } catch (HDF5Exception e) {
            throw StorageException.write(path, "HDF5 cannot look for it: " + ErrorStack.reason(e), e);
        }
    }

    private Kind kindOf(String path) {
        try (Handle object = paths.open(path)) {
            int kind = H5.H5Iget_type(object.id);
            return kind == HDF5Constants.H5I_GROUP
                    ? Kind.GROUP
                    : kind == HDF5Constants.H5I_DATASET ? Kind.DATASET : Kind.OTHER;
        } catch (HDF5Exception e) {
            return Kind.OTHER; // a link that leads nowhere
        }
    }

    /**
     * Which object has a path.
     *
     * @param file where it lies, as the C library knows it
     * @param header the address of its header
     */
    private record Identity(String file, long header) {}

    /**
     * Which object a path leads to, whatever other paths lead there.
     *
     * @param path absolute
     * @return equal for all paths of one object
     */
    public Object identity(String path) {
        return reading(path, () -> {
            try (Handle object = paths.open(path)) {
                return new Identity(H5.H5Fget_name(object.id), Links.header(object.id, "."));
            }
        });
    }

    /**
     * The links in a group, by name.
     *
     * @param path absolute
     * @return all of them
     * @throws StorageException if it is no group
     */
    public List<LinkInfo> links(String path) {
        mustBe(path, Kind.GROUP);
        return reading(path, () -> {
            List<LinkInfo> links = new ArrayList<>();
            try (Handle group = paths.open(path)) {
                for (GroupLinks.FoundLink found : GroupLinks.of(group.id, disk, path)) {
                    LinkMessages.Target target = found.kind();
                    String name = found.name();
                    links.add(new LinkInfo(
                            name,
                            target != null
                                    ? Kind.valueOf(target.name())
                                    : kindOf(path.equals("/") ? "/" + name : path + "/" + name)));
                }
            }
            return links;
        });
    }

    /**
     * Looks for bytes that belong to two datasets at once. What cannot be looked at is left out.
     *
     * @return what was found, in words
     */
    public List<String> overlaps() {
        DatasetSpaces spaces = new DatasetSpaces();
        Object root = identity("/");
        Set<Object> seen = new HashSet<>(Set.of(root));
        Deque<String> groups = new ArrayDeque<>(List.of("/"));
        while (!groups.isEmpty()) {
            String group = groups.remove();
            for (LinkInfo link : linksIfReadable(group)) {
                String path = group.equals("/") ? "/" + link.name() : group + "/" + link.name();
                if (link.kind() == Kind.GROUP && isNew(path, root, seen)) {
                    groups.add(path);
                } else if (link.kind() == Kind.DATASET && isNew(path, root, seen)) {
                    note(path, spaces);
                }
            }
        }
        return spaces.overlaps();
    }

    private List<LinkInfo> linksIfReadable(String group) {
        try {
            return links(group);
        } catch (StorageException e) {
            return List.of(); // whoever reads it is told
        }
    }

    private boolean isNew(String path, Object root, Set<Object> seen) {
        try {
            Object identity = identity(path);
            return ((Identity) identity).file.equals(((Identity) root).file) && seen.add(identity);
        } catch (StorageException e) {
            return false; // an object that cannot be opened, of which whoever reads it is told
        }
    }

    private void note(String path, DatasetSpaces spaces) {
        try (DatasetReader dataset = raw(path)) {
            dataset.note(spaces);
        } catch (HDF5Exception | StorageException e) {
            // of which whoever reads it is told
        }
    }

    /**
     * Opens a dataset.
     *
     * @param path absolute
     * @return the dataset
     * @throws StorageException if there is none
     */
    public DatasetReader dataset(String path) {
        return dataset(path, DatasetReader.OWN, 0);
    }

    private DatasetReader dataset(String path, long as, int level) {
        if (disk.hasFailed()) {
            throw StorageException.write(
                    path, "nothing is read or written any more, because writing has failed before", null);
        }
        mustBe(path, Kind.DATASET);
        return reading(path, () -> {
            DatasetReader dataset = DatasetReader.open(paths, path, disk, new FileParts(), as, level);
            try {
                dataset.limit(lengths, id);
            } catch (HDF5Exception | StorageException e) {
                dataset.close();
                throw e;
            }
            return dataset;
        });
    }

    /** Opens a dataset whose elements have nothing elsewhere, to be read as they are in the file. */
    public DatasetReader raw(String path) throws HDF5Exception {
        return DatasetReader.raw(paths, path, disk, new FileParts());
    }

    /** What virtual datasets take their elements from. */
    private final class FileParts implements OpenSources {

        @Override
        public OpenSources other(Path file) {
            return open(new StoredFile(file, new PosixDriver(false)), Purpose.LOOK).new FileParts();
        }

        @Override
        public @Nullable OpenSource part(String path, long type, int level) {
            return kind(path) == Kind.DATASET ? dataset(path, type, level) : null;
        }

        @Override
        public void close() {
            ReadableFile.this.close();
        }
    }

    /**
     * Throws if an object is not what is wanted, and says what there is.
     *
     * @param path absolute
     * @param kind what it should be
     */
    public void mustBe(String path, Kind kind) {
        Kind found = kind(path);
        if (found == kind) {
            return;
        }
        String wanted = kind == Kind.GROUP ? "a group" : "a dataset";
        if (found == null) {
            throw StorageException.schema(path, wanted, nothing(path));
        }
        throw StorageException.schema(
                path,
                wanted,
                switch (found) {
                    case GROUP -> "a group";
                    case DATASET -> "a dataset";
                    case OTHER -> "a named type, or a link that leads nowhere";
                });
    }

    /** What there is in the last group that is there on the way to a path. */
    private String nothing(String path) {
        String above = path;
        do {
            above = above.substring(0, Math.max(1, above.lastIndexOf('/')));
        } while (kind(above) != Kind.GROUP);
        List<String> names = links(above).stream().map(LinkInfo::name).toList();
        return "nothing; " + above + " has "
                + (names.isEmpty()
                        ? "nothing in it"
                        : String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES)))
                                + (names.size() > MOST_NAMES ? ", … (" + names.size() + " in all)" : ""));
    }

    /**
     * The attributes of an object, by name.
     *
     * @param path absolute
     * @return all of them
     * @throws StorageException if there is no such object
     */
    public Map<String, AttributeReader> attributes(String path) {
        return reading(path, () -> AttributeReader.all(paths, path, disk));
    }

    /**
     * An attribute that is one string.
     *
     * @param path the object's absolute path
     * @param name the attribute's name
     * @return the string; null if there is none, or anything else
     */
    public @Nullable String text(String path, String name) {
        try {
            if (kind(path) == null) {
                return null;
            }
            try (Handle owner = paths.open(path)) {
                return AttributeText.of(owner, name);
            }
        } catch (HDF5Exception e) {
            throw StorageException.write(path, "HDF5 cannot read it: " + ErrorStack.reason(e), e);
        }
    }

    /**
     * What the numbers of a dataset count, as the CF conventions have it.
     *
     * @param path the dataset's absolute path
     * @return the attribute {@code units}, and behind it {@code , calendar } with the attribute of that name, if there is one; null if there are no
     *     units
     */
    public @Nullable String units(String path) {
        String units = text(path, "units");
        String calendar = units == null || !units.contains(" since ") ? null : text(path, "calendar");
        return calendar == null ? units : units + ", calendar " + calendar;
    }

    /**
     * Closes the file, and all datasets of it that are open.
     *
     * @throws StorageException if that is not possible; after something could not be written, the file then stays open
     */
    @Override
    public void close() {
        disk.close();
        if (disk.hasFailed()) { // closing, the library looks at all its datasets, also at those that are not there any
            // more
            throw StorageException.file(
                    "HDF5 could not write to it, or close one of its datasets, so that this process cannot close it any more",
                    null);
        }
        try {
            H5.H5Fclose(id);
        } catch (HDF5Exception e) {
            throw StorageException.file("HDF5 cannot close it: " + ErrorStack.reason(e), e);
        }
    }
}
