package io.h5sink.jhdf5.repack;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.hdf5.FileLook;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.file.Opening;
import io.h5sink.jhdf5.read.ReadableFile;
import io.h5sink.storage.RegularFile;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file anew with another compression: the same objects with the same types, shapes, attributes and links, without holes. Groups
 * and datasets are made first, then attributes and elements are copied, because references need the addresses of all objects of the new
 * file; at last the new file is read and compared, and gets its name. The work is done in steps ({@link #next}). One thread at a time.
 */
public final class Repacker implements AutoCloseable {

    private static final FileDriver PLAIN = new PosixDriver(false);

    /** A piece of work that is done in steps. */
    private interface RepackWork {

        /** Does a step; false at the end. */
        boolean next() throws HDF5Exception;
    }

    private final ReadableFile source;
    private final StoredFile from;
    private final Path to;
    private final Path unfinished;
    private final @Nullable FileLook before;
    private final RepackReferences references;
    private final List<String> lost = new ArrayList<>();
    private final Deque<RepackWork> works = new ArrayDeque<>();
    private final RepackTree tree;

    /** The open copier or comparison of the present work; null if none. */
    private @Nullable AutoCloseable part;

    /** The new file while it is written. */
    private @Nullable Handle target;

    /** The new file while it is compared. */
    private @Nullable ReadableFile written;

    /** The path of the object that the present work is about, for messages. */
    private @Nullable String object;

    private Repacker(ReadableFile source, StoredFile from, Path to, ChunkCoding coding) throws HDF5Exception {
        this.source = source;
        this.from = from;
        this.to = to;
        this.unfinished = unfinished(to);
        this.before = FileLook.at(from);
        this.references = new RepackReferences(source.id);
        Handle file = create();
        this.target = file;
        try {
            this.tree = new RepackTree(source, file.id, coding, references, lost::add);
            long block = userBlock();
            if (block > 0) {
                lost.add("user block: " + block + " bytes in front of the file");
            }
        } catch (HDF5Exception e) {
            HDF5Exception kept = ErrorStack.kept(e);
            discard(file, kept);
            throw kept;
        } catch (RuntimeException e) {
            discard(file, e);
            throw e;
        }
        works.add(this::groups);
    }

    /**
     * Begins to write a file anew.
     *
     * @param source the file, open for reading
     * @param from the name of the source file
     * @param to the new file, which must not exist
     * @param coding the compression of chunks
     * @return the repacker, whose {@link #next} is to be called until false, and which must be closed
     * @throws StorageException if the new file cannot be made
     */
    public static Repacker begin(ReadableFile source, StoredFile from, Path to, ChunkCoding coding) {
        if (Files.exists(to)) {
            throw StorageException.file(to + " exists already", null);
        }
        RegularFile.mustBeBeside(unfinished(to));
        if (source.disk.shared()) {
            throw StorageException.busy("somebody is writing to it", null);
        }
        try {
            return new Repacker(source, from, to, coding);
        } catch (HDF5Exception e) {
            throw StorageException.file(to + " cannot be made: " + ErrorStack.reason(e), e);
        }
    }

    private static Path unfinished(Path to) {
        return to.resolveSibling(to.getFileName() + ".unfinished");
    }

    /** Removes a new file that cannot be begun. */
    private void discard(Handle file, Exception why) {
        try {
            file.close();
            Files.deleteIfExists(unfinished);
        } catch (HDF5Exception | IOException e) {
            why.addSuppressed(e);
        }
    }

    private long userBlock() throws HDF5Exception {
        try (Handle creation = Handle.propertiesOf(H5.H5Fget_create_plist(source.id))) {
            long[] size = new long[1];
            H5.H5Pget_userblock(creation.id, size);
            return size[0];
        }
    }

    private Handle create() throws HDF5Exception {
        try (Opening opening = new Opening(PLAIN);
                Handle root = Links.open(source.id, "/");
                Handle old = Handle.propertiesOf(H5.H5Gget_create_plist(root.id));
                Handle creation = Handle.properties(HDF5Constants.H5P_FILE_CREATE)) {
            RepackCreation.copyGroup(old.id, creation.id);
            if (RepackBounds.needOld(source.disk, Links.header(root.id, "."))) {
                opening.forOld();
            }
            int flags = HDF5Constants.H5F_ACC_TRUNC; // replaces the temporary file of a killed run
            return Handle.file(Named.createFile(unfinished.toString(), flags, creation.id, opening.list.id));
        }
    }

    /**
     * Does a step.
     *
     * @return false if all work is done
     * @throws StorageException if an object cannot be read or written, or the new file differs
     */
    public boolean next() {
        RepackWork work = works.peek();
        if (work == null) {
            return false;
        }
        try {
            if (!work.next()) {
                closePart();
                works.remove();
            }
            return true;
        } catch (HDF5Exception e) {
            throw StorageException.write(object, "HDF5 cannot copy it: " + ErrorStack.reason(e), e);
        } catch (ArithmeticException e) {
            throw StorageException.write(object, "it is too large: " + e.getMessage(), e);
        }
    }

    /**
     * The objects that the new file lacks, or has changed.
     *
     * @return a line for each object, with the path; empty if all work is done and the files are equal
     */
    public List<String> lost() {
        return List.copyOf(lost);
    }

    private void closePart() throws HDF5Exception {
        AutoCloseable open = part;
        part = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Handle target() {
        if (target == null) {
            throw new IllegalStateException("it is closed");
        }
        return target;
    }

    private boolean groups() throws HDF5Exception {
        object = tree.next();
        if (object != null) {
            tree.group();
            return true;
        }
        RepackAttributes attributes = new RepackAttributes(source.id, target().id, references, lost::add);
        for (RepackTree.Made made : tree.made()) {
            works.add(() -> {
                object = made.path();
                attributes.copy(made.path(), tree);
                return false;
            });
        }
        for (RepackTree.Made made : tree.made()) {
            RepackPlan plan = made.plan();
            if (plan != null) {
                works.add(() -> elements(made.path(), plan));
            }
        }
        works.add(this::written);
        return false;
    }

    private boolean elements(String path, RepackPlan plan) throws HDF5Exception {
        object = path;
        if (part == null) {
            part = RepackData.of(source, target().id, path, plan, references, lost::add);
        }
        return ((RepackData) part).next();
    }

    /** Closes the written file, and opens that file for the comparison. */
    private boolean written() throws HDF5Exception {
        object = null;
        tree.finish();
        target().close();
        target = null;
        ReadableFile file = reopened();
        written = file;
        RepackComparison comparison = new RepackComparison(source, file, references, what -> {
            if (lost.stream().noneMatch(known -> subject(known).equals(subject(what)))) {
                lost.add(what);
            }
        });
        for (RepackTree.Made made : tree.made()) {
            works.add(() -> compare(comparison, made.path()));
        }
        works.add(this::finish);
        return false;
    }

    private ReadableFile reopened() {
        try {
            return ReadableFile.open(new StoredFile(unfinished, PLAIN), ReadableFile.Purpose.READ);
        } catch (StorageException e) {
            throw StorageException.write(null, "the new file cannot be read: " + e.getMessage(), e);
        }
    }

    private static String subject(String line) {
        int colon = line.indexOf(": ");
        return colon < 0 ? line : line.substring(0, colon);
    }

    private boolean compare(RepackComparison comparison, String path) throws HDF5Exception {
        object = path;
        if (part == null) {
            part = comparison.object(path);
        }
        return part != null && ((RepackComparison.Elements) part).next();
    }

    /** Gives the new file its name. */
    private boolean finish() {
        object = null;
        ReadableFile file = written;
        if (file != null) {
            written = null;
            file.close();
        }
        FileLook now = FileLook.at(from);
        if (before == null || now == null || !now.unchanged(before)) {
            throw StorageException.busy("somebody has written to it meanwhile", null);
        }
        try {
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(unfinished, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw StorageException.file(to + " cannot be written: " + e.getMessage(), e);
        }
        return false;
    }

    /** Ends the work; removes the new file unless all work is done. */
    @Override
    public void close() {
        try {
            try {
                closePart();
                tree.close();
            } finally {
                if (written != null) {
                    written.close();
                }
                if (target != null) {
                    target.close();
                }
            }
            Files.deleteIfExists(unfinished);
        } catch (HDF5Exception e) {
            throw StorageException.file(unfinished + " cannot be closed: " + ErrorStack.reason(e), e);
        } catch (IOException e) {
            throw StorageException.file(unfinished + " cannot be deleted: " + e.getMessage(), e);
        }
    }
}
