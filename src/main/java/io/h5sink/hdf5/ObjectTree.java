package io.h5sink.hdf5;

import io.h5sink.format.FileNames;
import io.h5sink.format.Superblock;
import io.h5sink.format.message.LinkMessage;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.UnsuitedFileException;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the objects of a file by their absolute paths, in a session that adds objects. One thread at a time. */
public final class ObjectTree {

    /** The most soft links that a path may lead through, as in HDF5. */
    private static final int MOST_SOFT_LINKS = 16;

    /** What a path leads to. */
    public enum Kind {
        /** No link has the path. */
        NOTHING,
        /** An object of this file. */
        OBJECT,
        /** A soft link to a path that no object has. */
        DANGLING
    }

    /**
     * The end of a path.
     *
     * @param header the address of the object's header; undefined unless the path leads to an object
     * @param link the last link that was followed; null for the root group
     */
    public record PathEnd(Kind kind, long header, @Nullable LinkMessage link) {

        public boolean isObject() {
            return kind == Kind.OBJECT;
        }
    }

    private static final PathEnd NOTHING = new PathEnd(Kind.NOTHING, Superblock.UNDEFINED, null);

    private final SpaceAllocator file;
    private final long root;
    private final Groups groups;

    /** The headers of objects by path. */
    private final Map<String, Long> known = new HashMap<>();

    /** The headers of objects that are groups. */
    private final Set<Long> groupHeaders = new HashSet<>();

    /** The headers of groups that this session has made, so that {@link #known} has all of their links. */
    private final Set<Long> made = new HashSet<>();

    /** The headers of groups that links were added to. */
    private final Set<Long> takers = new HashSet<>();

    /** The number of doubts ({@link SpaceAllocator#doubts}) when {@link #known} was last right. */
    private long doubts;

    public ObjectTree(SpaceAllocator file, long root) {
        this.file = file;
        this.root = root;
        this.groups = new Groups(file);
        this.doubts = file.doubts();
    }

    /** The file with all changes. */
    public SpaceAllocator file() {
        return file;
    }

    /**
     * Follows a path.
     *
     * @throws UnsuitedFileException if an external or user-defined link is on the way
     */
    public PathEnd find(String path) {
        if (doubts != file.doubts()) {
            doubts = file.doubts();
            forget();
        }
        Long header = known.get(path);
        if (header != null) {
            return new PathEnd(Kind.OBJECT, header, null);
        }
        PathEnd end = follow(root, path, 0, true);
        if (end.isObject()) {
            known.put(path, end.header);
        }
        return end;
    }

    private void forget() {
        known.clear();
        groupHeaders.clear();
        groups.forget();
        takers.clear();
        made.clear();
    }

    /**
     * Follows a path.
     *
     * @param wrong gives the exception for an object above that is not a group
     */
    public PathEnd find(String path, WrongObject wrong) {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String parent = path.substring(0, slash);
            PathEnd end = find(parent);
            if (end.kind == Kind.NOTHING) {
                return NOTHING;
            }
            if (!end.isObject() || kind(end.header) != LinkMessages.Target.GROUP) {
                throw wrong.at(parent, end);
            }
        }
        return find(path);
    }

    private PathEnd follow(long from, String path, int softLinks, boolean whole) {
        PathEnd end = new PathEnd(Kind.OBJECT, path.startsWith("/") ? root : from, null);
        StringBuilder walked = new StringBuilder();
        for (String name : path.split("/", -1)) {
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            walked.append('/').append(name);
            if (!end.isObject()) {
                return end.kind == Kind.NOTHING ? NOTHING : end;
            }
            Long header = whole ? known.get(walked.toString()) : null;
            if (header != null) {
                end = new PathEnd(Kind.OBJECT, header, null);
            } else {
                end = whole && made.contains(end.header) ? NOTHING : step(end.header, name, softLinks);
            }
            if (header == null && whole && end.isObject()) {
                known.put(walked.toString(), end.header);
            }
        }
        return end;
    }

    private PathEnd step(long group, String name, int softLinks) {
        LinkMessage link = link(group, name);
        if (link == null) {
            return NOTHING;
        }
        return switch (link.form()) {
            case HARD -> new PathEnd(Kind.OBJECT, link.address(), link);
            case OTHER -> throw new UnsuitedFileException(name, "it may be in another file");
            case SOFT -> {
                PathEnd target = softLinks == MOST_SOFT_LINKS
                        ? NOTHING
                        : follow(group, FileNames.exact(link.target()), softLinks + 1, false);
                yield target.isObject()
                        ? new PathEnd(Kind.OBJECT, target.header, link)
                        : new PathEnd(Kind.DANGLING, Superblock.UNDEFINED, link);
            }
        };
    }

    private @Nullable LinkMessage link(long group, String name) {
        try {
            return groups.find(group, FileNames.bytes(name));
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    /** A path of hard links that leads to an object; null if there is none. */
    public @Nullable String pathOf(long object) {
        Map<Long, String> paths = new HashMap<>(Map.of(root, ""));
        Deque<Long> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            long group = open.remove();
            for (LinkMessages.Link link : LinkMessages.of(file.input(), header(group))) {
                String path = paths.get(group) + "/" + link.name();
                if (link.address() == object) {
                    return path;
                }
                if (link.way() == LinkMessage.Form.HARD
                        && paths.putIfAbsent(link.address(), path) == null
                        && kind(link.address()) == LinkMessages.Target.GROUP) {
                    open.add(link.address());
                }
            }
        }
        return null;
    }

    /** The header of an object. */
    public ObjectHeader header(long address) {
        return ObjectHeader.read(file.input(), address);
    }

    /** The kind of the object whose header is at an address; null if its messages do not say. */
    public LinkMessages.@Nullable Target kind(long address) {
        if (groupHeaders.contains(address)) {
            return LinkMessages.Target.GROUP;
        }
        LinkMessages.Target kind = LinkMessages.kind(header(address));
        if (kind == LinkMessages.Target.GROUP) {
            groupHeaders.add(address);
        }
        return kind;
    }

    /**
     * The group of a path, which is made if necessary, with all groups above.
     *
     * @param path the path of the group; empty or {@code /} for the root group
     * @param wrong gives the exception for a path that leads to something else
     */
    public long group(String path, WrongObject wrong) throws IOException {
        if (path.isEmpty() || path.equals("/")) {
            return root;
        }
        PathEnd end = find(path);
        if (end.isObject()) {
            if (kind(end.header) != LinkMessages.Target.GROUP) {
                throw wrong.at(path, end);
            }
            return end.header;
        }
        if (end.kind != Kind.NOTHING) {
            throw wrong.at(path, end);
        }
        int slash = path.lastIndexOf('/');
        long parent = group(path.substring(0, slash), wrong);
        long header = Groups.make(file);
        link(parent, path, header);
        groupHeaders.add(header);
        made.add(header);
        return header;
    }

    /** Describes an object that stands in the way. */
    public interface WrongObject {
        StorageException at(String path, PathEnd found);
    }

    /** Adds an object to a group. */
    public void link(long parent, String path, long object) throws IOException {
        if (!made.contains(parent) && !takers.contains(parent) && groups.isConstant(parent)) {
            throw StorageException.schema(
                    path.substring(0, Math.max(1, path.lastIndexOf('/'))),
                    "a group that takes links",
                    "one whose list of links is marked as constant",
                    "whoever wrote it, HDF5 adds nothing to it");
        }
        groups.add(parent, FileNames.bytes(path.substring(path.lastIndexOf('/') + 1)), object);
        takers.add(parent);
        known.put(path, object);
    }

    /** Removes the link of a path; the object stays if other links lead to it. */
    public void unlink(long parent, String path) throws IOException {
        groups.remove(parent, FileNames.bytes(path.substring(path.lastIndexOf('/') + 1)));
        known.clear();
        made.clear();
    }

    /** Adds all changes of large groups to the commit. */
    public void save() throws IOException {
        groups.save();
    }
}
