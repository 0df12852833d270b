package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.FileNames;
import io.h5sink.storage.StorageException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Calls of the C library that take or give names. Names that JNI cannot pass ({@link FileNames}) go through {@link WideNames} if the
 * provider has that, and are refused otherwise. In a Java string, bytes of a name that are no UTF-8 are U+DC80 to U+DCFF, as in Python.
 */
public final class Named {

    private static final int MOST_PATH = 1 << 16;
    private static final int MOST_VALUE_BYTES = 1 << 17;
    private static final long DEFAULT = HDF5Constants.H5P_DEFAULT;

    private Named() {}

    /** Whether the provider can pass any name. */
    public static boolean takesAll() {
        return Library.calls().wide() != null;
    }

    /** Throws if a file's path has characters that the provider cannot pass. */
    public static void mustPass(Path file) {
        if (!FileNames.canPass(file.toString()) && !takesAll()) {
            throw StorageException.file(
                    "its path has a character beyond U+FFFF, which "
                            + Library.calls().provider() + " cannot pass on",
                    null);
        }
    }

    private static WideNames wide(String name) {
        WideNames wide = Library.calls().wide();
        if (wide == null) {
            throw StorageException.schema(
                    name,
                    "a name without characters beyond U+FFFF",
                    name,
                    Library.calls().provider() + " cannot pass them on; the embedded HDF5 can");
        }
        return wide;
    }

    private static byte[] c(String name) {
        byte[] bytes = FileNames.bytes(name);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    private static long checked(long result) throws HDF5Exception {
        if (result < 0) {
            throw new HDF5Exception(ErrorStack.reason());
        }
        return result;
    }

    public static boolean exists(long at, String path) throws HDF5Exception {
        return FileNames.canPass(path)
                ? H5.H5Lexists(at, path, DEFAULT)
                : checked(wide(path).linkExists(at, c(path))) > 0;
    }

    public static long open(long at, String path) throws HDF5Exception {
        return FileNames.canPass(path)
                ? H5.H5Oopen(at, path, DEFAULT)
                : checked(wide(path).openObject(at, c(path)));
    }

    public static long openDataset(long at, String path, long access) throws HDF5Exception {
        return FileNames.canPass(path)
                ? H5.H5Dopen(at, path, access)
                : checked(wide(path).openDataset(at, c(path), access));
    }

    public static long dataset(long at, String path, long type, long space, long links, long creation)
            throws HDF5Exception {
        return FileNames.canPass(path)
                ? H5.H5Dcreate(at, path, type, space, links, creation, DEFAULT)
                : checked(wide(path).createDataset(at, c(path), type, space, links, creation));
    }

    public static long group(long at, String path, long links, long creation) throws HDF5Exception {
        return FileNames.canPass(path)
                ? H5.H5Gcreate(at, path, links, creation, DEFAULT)
                : checked(wide(path).createGroup(at, c(path), links, creation));
    }

    public static boolean hasAttribute(long owner, String name) throws HDF5Exception {
        return FileNames.canPass(name)
                ? H5.H5Aexists(owner, name)
                : checked(wide(name).attributeExists(owner, c(name))) > 0;
    }

    public static long openAttribute(long owner, String name) throws HDF5Exception {
        return FileNames.canPass(name)
                ? H5.H5Aopen(owner, name, DEFAULT)
                : checked(wide(name).openAttribute(owner, c(name)));
    }

    public static long attribute(long owner, String name, long type, long space, long creation) throws HDF5Exception {
        return FileNames.canPass(name)
                ? H5.H5Acreate(owner, name, type, space, creation, DEFAULT)
                : checked(wide(name).createAttribute(owner, c(name), type, space, creation));
    }

    public static void deleteAttribute(long owner, String name) throws HDF5Exception {
        if (FileNames.canPass(name)) {
            H5.H5Adelete(owner, name);
        } else {
            checked(wide(name).deleteAttribute(owner, c(name)));
        }
    }

    public static void renameAttribute(long owner, String name, String to) throws HDF5Exception {
        if (FileNames.canPass(name + to)) {
            H5.H5Arename(owner, name, to);
        } else {
            checked(wide(to).renameAttribute(owner, c(name), c(to)));
        }
    }

    public static void hardLink(long from, String path, long to, String name, long links) throws HDF5Exception {
        if (FileNames.canPass(path + name)) {
            H5.H5Lcreate_hard(from, path, to, name, links, DEFAULT);
        } else {
            checked(wide(name).createHardLink(from, c(path), to, c(name), links));
        }
    }

    public static void softLink(String target, long at, String name, long links) throws HDF5Exception {
        if (FileNames.canPass(target + name)) {
            H5.H5Lcreate_soft(target, at, name, links, DEFAULT);
        } else {
            checked(wide(name).createSoftLink(c(target), at, c(name), links));
        }
    }

    public static void externalLink(String file, String target, long at, String name, long links) throws HDF5Exception {
        if (FileNames.canPass(file + target + name)) {
            H5.H5Lcreate_external(file, target, at, name, links, DEFAULT);
        } else {
            checked(wide(name).createExternalLink(c(file), c(target), at, c(name), links));
        }
    }

    public static void copy(long from, String path, long to, long copying, long links) throws HDF5Exception {
        if (FileNames.canPass(path)) {
            H5.H5Ocopy(from, path, to, path, copying, links);
        } else {
            checked(wide(path).copy(from, c(path), to, c(path), copying, links));
        }
    }

    /** The object reference to an object, as a file has it. */
    public static byte[] reference(long from, String path) throws HDF5Exception {
        if (FileNames.canPass(path)) {
            return H5.H5Rcreate(from, path, HDF5Constants.H5R_OBJECT, -1);
        }
        byte[] reference = new byte[Long.BYTES];
        checked(wide(path).reference(reference, from, c(path)));
        return reference;
    }

    public static void insert(long compound, String name, long offset, long member) throws HDF5Exception {
        if (FileNames.canPass(name)) {
            H5.H5Tinsert(compound, name, offset, member);
        } else {
            checked(wide(name).insert(compound, c(name), offset, member));
        }
    }

    public static long openFile(String path, int flags, long access) throws HDF5Exception {
        return FileNames.canPass(path)
                ? H5.H5Fopen(path, flags, access)
                : checked(wide(path).openFile(c(path), flags, access));
    }

    public static long createFile(String path, int flags, long creation, long access) throws HDF5Exception {
        return FileNames.canPass(path)
                ? H5.H5Fcreate(path, flags, creation, access)
                : checked(wide(path).createFile(c(path), flags, creation, access));
    }

    /** The name of the file that has an object. */
    public static String fileName(long object) throws HDF5Exception {
        String name = H5.H5Fget_name(object);
        WideNames wide = FileNames.mayBeGarbled(name) ? Library.calls().wide() : null;
        return wide == null ? name : FileNames.exact(wide.fileName(object));
    }

    /** The path of the object that a reference in a file points to; empty if the reference dangles. */
    public static String referenced(long file, int kind, byte[] reference) throws HDF5Exception {
        String[] name = {""};
        if (H5.H5Rget_name(file, kind, reference, name, MOST_PATH) <= 0) {
            return "";
        }
        WideNames wide = FileNames.mayBeGarbled(name[0]) ? Library.calls().wide() : null;
        return wide == null ? name[0] : FileNames.text(wide.referenced(file, kind, reference));
    }

    /** The name of a member of a compound or an enumeration. */
    public static String member(long type, int member) throws HDF5Exception {
        String name = H5.H5Tget_member_name(type, member);
        if (!FileNames.mayBeGarbled(name)) {
            return name;
        }
        WideNames wide = Library.calls().wide();
        if (wide != null) {
            return FileNames.exact(wide.memberName(type, member));
        }
        try {
            if (H5.H5Tget_member_index(type, name) == member) {
                return name;
            }
        } catch (HDF5Exception e) {
            ErrorStack.reason(e); // no member has that name
        }
        throw StorageException.schema(
                name,
                "a type whose members have names without characters beyond U+FFFF, in UTF-8",
                "others",
                Library.calls().provider() + " cannot pass them on; the embedded HDF5 can");
    }

    /** The name of a link, by its number in an index, in ascending order. */
    public static String link(long group, int index, long number) throws HDF5Exception {
        String name = H5.H5Lget_name_by_idx(group, ".", index, HDF5Constants.H5_ITER_INC, number, DEFAULT);
        WideNames wide = FileNames.mayBeGarbled(name) ? Library.calls().wide() : null;
        return wide == null ? name : FileNames.exact(wide.linkName(group, index, number));
    }

    /** The name of an attribute, by its number in an index, in an order. */
    public static String attribute(long object, int index, int order, long number) throws HDF5Exception {
        String name = H5.H5Aget_name_by_idx(object, ".", index, order, number, DEFAULT);
        WideNames wide = FileNames.mayBeGarbled(name) ? Library.calls().wide() : null;
        return wide == null ? name : FileNames.exact(wide.attributeName(object, index, order, number));
    }

    /**
     * The value of a link.
     *
     * @param external whether the link is an external one
     * @return the path that the link points to and, of an external link, the name of the file
     */
    public static String[] value(long at, String path, boolean external) throws HDF5Exception {
        String[] value = {"", ""};
        if (FileNames.canPass(path)) {
            H5.H5Lget_value(at, path, value, DEFAULT);
            if (!FileNames.mayBeGarbled(value[0] + value[1]) || !takesAll()) {
                return value;
            }
        }
        byte[] found = wide(path).linkValue(at, c(path), MOST_VALUE_BYTES);
        if (found.length == 0) {
            throw new HDF5Exception(ErrorStack.reason());
        }
        int start = external ? 1 : 0;
        int end = end(found, start);
        String first = FileNames.exact(Arrays.copyOfRange(found, start, end));
        return external
                ? new String[] {FileNames.exact(Arrays.copyOfRange(found, end + 1, end(found, end + 1))), first}
                : new String[] {first, ""};
    }

    private static int end(byte[] value, int start) {
        int end = start;
        while (end < value.length && value[end] != 0) {
            end++;
        }
        return end;
    }
}
