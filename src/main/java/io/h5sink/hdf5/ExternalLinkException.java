package io.h5sink.hdf5;

import io.h5sink.format.FileNames;
import io.h5sink.storage.StorageException;
import java.util.Arrays;
import java.util.List;

/**
 * A path leads into another file, by an external link: HDF5 File Format Specification 3.0, section IV.A.2.g. Whoever asked for the object
 * may go on in that file.
 */
public final class ExternalLinkException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String link;
    private final String file;
    private final String path;
    private final String rest;

    private ExternalLinkException(String link, String file, String path, String rest) {
        super(link + ": " + file, null, false, false);
        this.link = link;
        this.file = file;
        this.path = path;
        this.rest = rest;
    }

    /**
     * The exception for an external link.
     *
     * @param link the path of the link
     * @param content the content of the link: a version, the name of the file, and a path in that file, each with a NUL behind
     */
    static ExternalLinkException of(String link, byte[] content) {
        int end = 1;
        while (end < content.length && content[end] != 0) {
            end++;
        }
        int last = end + 1;
        while (last < content.length && content[last] != 0) {
            last++;
        }
        String file = FileNames.exact(Arrays.copyOfRange(content, Math.min(1, content.length), end));
        String path = FileNames.exact(
                Arrays.copyOfRange(content, Math.min(end + 1, content.length), Math.min(last, content.length)));
        return new ExternalLinkException(link, file, path.startsWith("/") ? path : "/" + path, "");
    }

    /** The exception for an object that lies below, by these names. */
    ExternalLinkException above(List<String> names) {
        return names.isEmpty()
                ? this
                : new ExternalLinkException(link, file, path, rest + "/" + String.join("/", names));
    }

    /** The name of the other file, as the link has it. */
    public String file() {
        return file;
    }

    /** The absolute path of the link's object in the other file. */
    public String object() {
        return path;
    }

    /** The absolute path, in the other file, of the object that was asked for. */
    public String target() {
        return (path.equals("/") && !rest.isEmpty() ? "" : path) + rest;
    }

    /** The exception of a link that is not followed. */
    public StorageException unfollowed(String why) {
        return StorageException.schema(
                link, "an object", "an external link to \"" + path + "\" in the file " + file + ", " + why);
    }
}
