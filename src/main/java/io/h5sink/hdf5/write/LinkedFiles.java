package io.h5sink.hdf5.write;

import io.h5sink.OpenMode;
import io.h5sink.engine.OpenRequest;
import io.h5sink.engine.WritableFile;
import io.h5sink.hdf5.ExternalLinkException;
import io.h5sink.hdf5.VirtualFileNames;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The files to which external links of a file lead, as far as a session adds to them. Each has transactions of its own, which are done
 * before the commit of the file with the links: after a failure, another file may have one commit more. One thread at a time.
 *
 * @param <F> a file that is written
 */
final class LinkedFiles<F extends WritableFile> {

    private final OpenRequest request;
    private final Function<OpenRequest, F> opener;
    private final Map<Path, F> open = new LinkedHashMap<>();

    /**
     * The files that a file's links lead to, none of which is open.
     *
     * @param request the file with the links
     * @param opener opens a file
     */
    LinkedFiles(OpenRequest request, Function<OpenRequest, F> opener) {
        this.request = request;
        this.opener = opener;
    }

    /** The file to which a link leads, which is opened. */
    F of(ExternalLinkException link) throws IOException {
        Path from = request.file().path();
        Path found = VirtualFileNames.ofLink(link.file(), from);
        if (found == null) {
            throw link.unfollowed("which does not exist");
        }
        if (Files.isSameFile(found, from)) {
            throw link.unfollowed("which is this file itself");
        }
        Path real = found.toRealPath();
        F known = open.get(real);
        if (known == null) {
            known = opener.apply(new OpenRequest(
                    new StoredFile(real, request.file().access()),
                    OpenMode.EXISTING,
                    request.sharing(),
                    request.force()));
            open.put(real, known);
        }
        return known;
    }

    /** Begins a commit of each file. */
    void open() {
        open.values().forEach(WritableFile::open);
    }

    /** Commits each file. */
    void commit() {
        open.values().forEach(WritableFile::commit);
    }

    /** Leaves the files after the last commit. */
    void close() {
        List<F> files = List.copyOf(open.values());
        open.clear();
        files.forEach(WritableFile::close);
    }

    /** Undoes the commits that are under way, and leaves the files, but for those in memory, which {@link #close} completes. */
    void abandon() {
        open.values().removeIf(WritableFile::abandon);
    }

    /** Leaves the files to others while the commit waits for disk space; false if a file cannot be left. */
    boolean suspend() {
        boolean all = true;
        for (F file : open.values()) {
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
