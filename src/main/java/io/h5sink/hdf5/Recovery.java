package io.h5sink.hdf5;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Puts right a file whose writer died. */
public final class Recovery {

    /** A writer that died within a commit has written to the file as long after its journal as the commit took. */
    private static final Duration COMMIT = Duration.ofMinutes(1);

    /**
     * What was found and done.
     *
     * @param changed whether the file was changed
     * @param what in words
     */
    public record Result(boolean changed, String what) {}

    private static final Result NOTHING = new Result(false, "it is complete");

    private Recovery() {}

    /** Undoes what a writer has begun and not completed. Its journal must be this process's. */
    static Result undo(Path file, Access access, Journal journal) throws IOException {
        Journal.Content content = journal.read();
        Path head = access.files(file).get(0);
        if (!Files.exists(head)) {
            journal.clear(); // whoever removed the file did not want it back
            return NOTHING;
        }
        try (DiskFile disk = new DiskFile(file, access)) {
            if (content != null && content.kind() == Journal.Kind.BIRTH) {
                disk.delete();
                journal.clear();
                return new Result(true, "it was removed, because its writer died before the first commit");
            }
            Superblock superblock = Superblock.read(head);
            if (superblock == null) {
                return NOTHING; // which is no HDF5 file
            }
            if (content != null && content.kind() == Journal.Kind.FLUSH) {
                mustBeUntouched(superblock, head, journal);
                disk.restore(content.images());
                journal.clear();
                return new Result(
                        true,
                        "its writer died within a commit, which was undone: " + bytes(content.images())
                                + " bytes of its structure are as they were after the commit before");
            }
            boolean ours = content != null;
            if (superblock.marked() && (ours || Opening.isStale(file, access))) {
                disk.mark(false);
                journal.clear();
                return new Result(true, "its writer died; it is complete, and not marked as open any more");
            }
            return NOTHING;
        }
    }

    private static long bytes(List<Journal.Image> images) {
        return images.stream().mapToLong(image -> image.bytes().remaining()).sum();
    }

    /** A file that was put right in another way must not be undone. */
    private static void mustBeUntouched(Superblock superblock, Path head, Journal journal) throws IOException {
        Instant modified = Files.getLastModifiedTime(head).toInstant();
        Instant noted = journal.lastModified();
        if (superblock.markable() && !superblock.marked() && modified.isAfter(noted.plus(COMMIT))) {
            throw StoreException.file(
                    "its writer died within a commit at " + noted + ", and it was changed at " + modified
                            + ", after which that commit cannot be undone; remove " + journal.path()
                            + " to use the file as it is",
                    null);
        }
    }
}
