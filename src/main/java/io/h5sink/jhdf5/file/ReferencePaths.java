package io.h5sink.jhdf5.file;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.FormatInput;
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
 * The paths of what references lead to. The C library goes through the whole file for each of them; here that is done once, in Java, when
 * the first reference is met. One thread at a time.
 */
public final class ReferencePaths {

    /** The identifier of the file. */
    final long file;

    private final DiskView disk;

    /** Null until it is needed. */
    private @Nullable Map<Long, String> paths;

    ReferencePaths(long file, DiskView disk) {
        this.file = file;
        this.disk = disk;
    }

    /** The path that a reference leads to; empty if that is nothing, or has no path any more. */
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
            return ""; // to what is gone
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

    /** All objects that hard links lead to, the paths of fewest links first. */
    private static Map<Long, String> walk(FormatInput bytes, long root) {
        Map<Long, String> paths = new HashMap<>(Map.of(root, "/"));
        Deque<Long> groups = new ArrayDeque<>(List.of(root));
        while (!groups.isEmpty()) {
            long group = groups.remove();
            String path = String.valueOf(paths.get(group));
            for (LinkMessages.Link link : LinkMessages.of(bytes, ObjectHeader.read(bytes, group))) {
                String name = (path.equals("/") ? "/" : path + "/") + link.name();
                if (link.way() == LinkMessages.LinkForm.HARD && paths.putIfAbsent(link.address(), name) == null) {
                    groups.add(link.address());
                }
            }
        }
        return paths;
    }
}
