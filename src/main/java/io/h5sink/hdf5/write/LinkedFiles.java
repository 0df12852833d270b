package io.h5sink.hdf5.write;

import io.h5sink.OpenMode;
import io.h5sink.engine.OpenRequest;
import io.h5sink.hdf5.ExternalLinkException;
import io.h5sink.hdf5.VirtualFileNames;
import io.h5sink.storage.UnsuitedFileException;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files to which external links of a file lead, as far as a session adds to them. Each has transactions of its own, which are done
 * before the commit of the file with the links: after a failure, another file may have one commit more. One thread at a time.
 */
final class LinkedFiles {

    private final OpenRequest request;
    private final Map<Path, Hdf5File> open = new LinkedHashMap<>();

    LinkedFiles(OpenRequest request) {
        this.request = request;
    }

    /** The file to which a link leads, which is opened. */
    Hdf5File of(ExternalLinkException link) throws IOException {
        Path from = request.file().path();
        Path found = VirtualFileNames.ofLink(link.file(), from);
        if (found == null) {
            throw link.unfollowed("which does not exist");
        }
        if (Files.isSameFile(found, from)) {
            throw link.unfollowed("which is this file itself");
        }
        Path real = found.toRealPath();
        Hdf5File known = open.get(real);
        if (known == null) {
            OpenRequest its = new OpenRequest(
                    new StoredFile(real, request.file().access()),
                    OpenMode.EXISTING,
                    request.sharing(),
                    request.force());
            if (!Hdf5File.canWrite(its)) {
                throw new UnsuitedFileException(found.toString(), "it is in an older format");
            }
            known = new Hdf5File(its);
            known.open();
            open.put(real, known);
        }
        if (!known.has(link.object())) {
            throw link.unfollowed("which has no such object");
        }
        return known;
    }

    /** Begins a commit of each file. */
    void open() {
        open.values().forEach(Hdf5File::open);
    }

    /** Commits each file. */
    void commit() {
        open.values().forEach(Hdf5File::commit);
    }

    /** Leaves the files after the last commit. */
    void close() {
        List<Hdf5File> files = List.copyOf(open.values());
        open.clear();
        files.forEach(Hdf5File::close);
    }

    /** Undoes the commits that are under way, and leaves the files. */
    void abandon() {
        List<Hdf5File> files = List.copyOf(open.values());
        open.clear();
        files.forEach(Hdf5File::abandon);
    }

    /** Leaves the files to others while the commit waits for disk space; false if a file cannot be left. */
    boolean suspend() {
        boolean all = true;
        for (Hdf5File file : open.values()) {
            all &= file.suspend();
        }
        return all;
    }

    /** The objects of all files that have attributes to come. */
    List<String> awaited() {
        List<String> all = new ArrayList<>();
        open.values().forEach(file -> all.addAll(file.awaited()));
        return all;
    }
}
