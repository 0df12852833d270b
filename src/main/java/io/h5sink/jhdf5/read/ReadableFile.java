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

    /** The lengths of datasets for this reader, where HDF5 may know of more rows. */
    private final DatasetLengths lengths;

    public final DiskView disk;
    final PathOpener paths;

    private ReadableFile(long id, DiskView disk, DatasetLengths lengths) {
        this.id = id;
        this.disk = disk;
        this.paths = new PathOpener(id, disk);
        this.lengths = lengths;
    }

    /** The kind of object that a link points to. */
    public enum Kind {
        /** A group. */
        GROUP,
        /** A dataset. */
        DATASET,
        /** A committed datatype, or a link that cannot be followed: a dangling one, or one to a missing file. */
        OTHER
    }

    /** The purpose of opening a file. */
    public enum Purpose {
        /** Reading the file as it is now. */
        READ,
        /** A short look at the file as it is on disk now, even if this process has the file open. */
        LOOK,
        /** Replacing elements. */
        UPDATE
    }

    /**
     * A link in a group.
     *
     * @param name the name of the link
     * @param kind the kind of object that the link points to
     */
    public record NamedLink(String name, Kind kind) {}

    /**
     * Opens an existing file, after Java has checked it.
     *
     * @param file the file
     * @param use the purpose
     * @return the open file
     * @throws StorageException if the file cannot be opened; of kind {@link StorageException.Kind#BUSY} if a later attempt may succeed
     */
    public static ReadableFile open(StoredFile file, Purpose use) {
        OpenedFile opened = OpenedFile.of(file, use == Purpose.LOOK, use == Purpose.UPDATE);
        return new ReadableFile(opened.id(), opened.disk(), opened.lengths());
    }

    /** A step that reads or lists an object. */
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
     * The kind of the object at a path.
     *
     * @param path absolute
     * @return the kind; null if no object has the path
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
            return Kind.OTHER; // a dangling link
        }
    }

    /**
     * The identity of an object.
     *
     * @param file the C library's name of the object's file
     * @param header the address of the object header
     */
    private record Identity(String file, long header) {}

    /**
     * The identity of the object at a path.
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
     * @throws StorageException if the object is no group
     */
    public List<NamedLink> links(String path) {
        mustBe(path, Kind.GROUP);
        return reading(path, () -> {
            List<NamedLink> links = new ArrayList<>();
            try (Handle group = paths.open(path)) {
                for (GroupLinks.FoundLink found : GroupLinks.of(group.id, disk, path)) {
                    LinkMessages.Target target = found.kind();
                    String name = found.name();
                    links.add(new NamedLink(
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
     * Finds bytes that belong to two datasets at once. Objects that cannot be read are left out.
     *
     * @return a text for each overlap
     */
    public List<String> overlaps() {
        DatasetSpaces spaces = new DatasetSpaces();
        Object root = identity("/");
        Set<Object> seen = new HashSet<>(Set.of(root));
        Deque<String> groups = new ArrayDeque<>(List.of("/"));
        while (!groups.isEmpty()) {
            String group = groups.remove();
            for (NamedLink link : linksIfReadable(group)) {
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

    private List<NamedLink> linksIfReadable(String group) {
        try {
            return links(group);
        } catch (StorageException e) {
            return List.of(); // reading the object reports the failure
        }
    }

    private boolean isNew(String path, Object root, Set<Object> seen) {
        try {
            Object identity = identity(path);
            return ((Identity) identity).file.equals(((Identity) root).file) && seen.add(identity);
        } catch (StorageException e) {
            return false; // the object cannot be opened; reading it reports the failure
        }
    }

    private void note(String path, DatasetSpaces spaces) {
        try (DatasetReader dataset = raw(path)) {
            dataset.note(spaces);
        } catch (HDF5Exception | StorageException e) {
            // reading the dataset reports the failure
        }
    }

    /**
     * Opens a dataset.
     *
     * @param path absolute
     * @return the dataset
     * @throws StorageException if the path has no dataset
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

    /** Opens a dataset whose elements lie in the dataset completely (no heap), for reading them as they are in the file. */
    public DatasetReader raw(String path) throws HDF5Exception {
        return DatasetReader.raw(paths, path, disk, new FileParts());
    }

    /** The source datasets of virtual datasets. */
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
     * Throws if an object is not of the wanted kind; the message describes the object.
     *
     * @param path absolute
     * @param kind the wanted kind
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

    /** Describes the content of the last existing group on a path, for a message. */
    private String nothing(String path) {
        String above = path;
        do {
            above = above.substring(0, Math.max(1, above.lastIndexOf('/')));
        } while (kind(above) != Kind.GROUP);
        List<String> names = links(above).stream().map(NamedLink::name).toList();
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
     * @throws StorageException if no object has the path
     */
    public Map<String, AttributeReader> attributes(String path) {
        return reading(path, () -> AttributeReader.all(paths, path, disk));
    }

    /**
     * The value of an attribute that is one string.
     *
     * @param path the object's absolute path
     * @param name the attribute's name
     * @return the string; null if the attribute does not exist, or is not one string
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
     * The units of a dataset's numbers, by the CF conventions.
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
     * @throws StorageException if the file cannot be closed; after a failed write, the file then stays open
     */
    @Override
    public void close() {
        disk.close();
        if (disk.hasFailed()) { // H5Fclose visits all datasets of the file, freed ones included
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
