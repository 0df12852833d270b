package io.h5sink.jhdf5.file;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.FormatInput;
import io.h5sink.format.message.LinkMessage;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.hdf5.LinkMessages;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Named;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The paths of the objects that references point to. HDF5 searches the whole file for each reference; this class searches the file once, in
 * Java, at the first reference. One thread at a time.
 */
public final class ReferencePaths {

    /** The identifier of the file. */
    final long file;

    private final DiskView disk;

    /** The paths by object header address; null until the first reference. */
    private @Nullable Map<Long, String> paths;

    ReferencePaths(long file, DiskView disk) {
        this.file = file;
        this.disk = disk;
    }

    /** The path of the object that a reference points to; empty for a null reference, and for an object without a path. */
    public String path(int kind, byte[] reference) {
        if (isNull(reference)) {
            return "";
        }
        try {
            String known = paths().get(address(kind, reference));
            if (known != null) {
                return known;
            }
            return Named.referenced(file, kind, reference);
        } catch (HDF5Exception e) {
            ErrorStack.reason(e);
            return ""; // the object was removed
        }
    }

    private static boolean isNull(byte[] reference) {
        for (byte part : reference) {
            if (part != 0) {
                return false;
            }
        }
        return true;
    }

    private long address(int kind, byte[] reference) throws HDF5Exception {
        if (kind == HDF5Constants.H5R_OBJECT) {
            return ByteBuffer.wrap(reference).order(ByteOrder.LITTLE_ENDIAN).getLong();
        }
        try (Handle object = Handle.object(H5.H5Rdereference(file, HDF5Constants.H5P_DEFAULT, kind, reference))) {
            return Links.header(object.id, ".");
        }
    }

    private Map<Long, String> paths() throws HDF5Exception {
        Map<Long, String> known = paths;
        if (known == null) {
            long root = Links.header(file, "/");
            Map<Long, String> walked = disk.ahead() ? null : GroupLinks.read(disk::now, bytes -> walk(bytes, root));
            known = walked == null ? Map.of() : walked;
            paths = known;
        }
        return known;
    }

    /** Searches all objects that hard links point to, breadth first, so that the shortest path of an object comes first. */
    private static Map<Long, String> walk(FormatInput bytes, long root) {
        Map<Long, String> paths = new HashMap<>(Map.of(root, "/"));
        Deque<Long> groups = new ArrayDeque<>(List.of(root));
        while (!groups.isEmpty()) {
            long group = groups.remove();
            String path = String.valueOf(paths.get(group));
            for (LinkMessages.Link link : LinkMessages.of(bytes, ObjectHeader.read(bytes, group))) {
                String name = (path.equals("/") ? "/" : path + "/") + link.name();
                if (link.way() == LinkMessage.Form.HARD && paths.putIfAbsent(link.address(), name) == null) {
                    groups.add(link.address());
                }
            }
        }
        return paths;
    }
}
