package io.h5sink.hdf5.write;

import io.h5sink.filter.FilterLibrary;
import io.h5sink.format.FormatException;
import io.h5sink.format.heap.GlobalHeapWriter;
import io.h5sink.hdf5.ObjectTree;
import io.h5sink.hdf5.file.Unfollowable;
import io.h5sink.storage.StorageException;
import io.h5sink.transaction.FileTransaction;
import io.h5sink.transaction.SpaceAllocator;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a file that a session has open: the tree of links, the global heap, and the transaction that all changes belong to. One
 * thread at a time.
 */
final class OpenObjects {

    /** The library that runs the filters that Java does not have. */
    private final FilterLibrary filters;

    /** The transaction; null before the file is opened first, and after the session has left the file. */
    private @Nullable FileTransaction transaction;

    /** The objects of the file; null while the file has no transaction. */
    private @Nullable ObjectTree tree;

    /** The writer of the global heap; null until the session needs one. */
    private @Nullable GlobalHeapWriter heap;

    /** Whether the session has written rows. */
    private boolean rows;

    /** The receiver of the path of each object that the session makes. */
    private Consumer<String> arrival = path -> {};

    OpenObjects(FilterLibrary filters) {
        this.filters = filters;
    }

    /** The library that runs the filters that Java does not have. */
    FilterLibrary filters() {
        return filters;
    }

    /** Begins with the objects of a file anew, because another program may have changed the file. */
    void enter(FileTransaction open, ObjectTree objects) {
        transaction = open;
        tree = objects;
        heap = null;
    }

    /** Forgets the file, which the session has left. */
    void leave() {
        transaction = null;
        tree = null;
        heap = null;
    }

    /** The objects of the file. */
    ObjectTree tree() {
        return Objects.requireNonNull(tree, "the file is not open");
    }

    /** The file with the changes of the commit. */
    SpaceAllocator space() {
        return tree().file();
    }

    /** The transaction. */
    FileTransaction transaction() {
        return Objects.requireNonNull(transaction, "the file is not open");
    }

    /** The reason of a failure in words. */
    static String reason(Exception e) {
        return (e instanceof FormatException ? "it is damaged: " : "") + e.getMessage();
    }

    /** The exception for a dataset that cannot be extended as its header describes it. */
    static FormatException unfit() {
        return new FormatException("its messages, or the index of its chunks, are not as HDF5 makes them");
    }

    /** The writer of the global heap, which elements of variable length refer to. */
    GlobalHeapWriter heap() {
        GlobalHeapWriter known = heap;
        if (known == null) {
            known = new GlobalHeapWriter(space());
            heap = known;
        }
        return known;
    }

    /** Names the receiver of the path of each object that the session makes from now on. */
    void onMade(Consumer<String> receiver) {
        arrival = receiver;
    }

    /** Says that the session has made an object, which attributes may wait for. */
    void made(String path) {
        arrival.accept(path);
    }

    /**
     * Throws if readers that follow could not see a dataset.
     *
     * @param fresh whether the dataset is to be made
     * @param variable whether the dataset's elements are of variable length
     */
    void mustBeVisible(String path, boolean fresh, boolean variable) {
        FileTransaction open = transaction();
        if (open.isForFollowers() && variable) {
            throw Unfollowable.variable(path);
        }
        if (open.isFollowed() && fresh) {
            throw Unfollowable.late(path);
        }
    }

    /** Notes that rows or values are written. */
    void written() {
        rows = true;
    }

    /** Whether rows or values were written. */
    boolean hasRows() {
        return rows;
    }

    /** Describes what a path leads to, in the words of h5dump. */
    String words(String path, ObjectTree.PathEnd end) {
        return ObjectWords.of(tree(), path, end);
    }

    /** An object that is no group, where a group is wanted. */
    StorageException inTheWay(String path, ObjectTree.PathEnd end) {
        return StorageException.schema(path, "GROUP \"" + path + '"', words(path, end));
    }
}
