package io.h5sink.jhdf5;

import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;

/**
 * The C library's functions that take or give names, called by JavaCPP, which passes a name's bytes unchanged, where JNI's strings cannot.
 */
final class EmbeddedNames implements WideNames {

    private static final int MOST_BYTES = 1 << 16;

    private interface NamedCall<R> {
        R with(BytePointer... names);
    }

    private static <R> R with(NamedCall<R> call, byte[]... names) {
        BytePointer[] pointers = new BytePointer[names.length];
        synchronized (NativeCalls.LIBRARY) {
            try {
                for (int i = 0; i < names.length; i++) {
                    pointers[i] = new BytePointer(names[i]);
                }
                return call.with(pointers);
            } finally {
                for (BytePointer pointer : pointers) {
                    if (pointer != null) {
                        pointer.close();
                    }
                }
            }
        }
    }

    private interface Fill {
        long into(BytePointer name, long bytes);
    }

    private static byte[] filled(Fill fill) {
        synchronized (NativeCalls.LIBRARY) {
            try (BytePointer name = new BytePointer(MOST_BYTES)) {
                byte[] bytes = new byte[(int) Math.max(0, fill.into(name, MOST_BYTES))];
                name.get(bytes);
                return bytes;
            }
        }
    }

    @Override
    public int linkExists(long at, byte[] path) {
        return with(names -> hdf5.H5Lexists(at, names[0], 0), path);
    }

    @Override
    public long openObject(long at, byte[] path) {
        return with(names -> hdf5.H5Oopen(at, names[0], 0), path);
    }

    @Override
    public long openDataset(long at, byte[] path, long access) {
        return with(names -> hdf5.H5Dopen2(at, names[0], access), path);
    }

    @Override
    public long createDataset(long at, byte[] path, long type, long space, long links, long creation) {
        return with(names -> hdf5.H5Dcreate2(at, names[0], type, space, links, creation, 0), path);
    }

    @Override
    public long createGroup(long at, byte[] path, long links, long creation) {
        return with(names -> hdf5.H5Gcreate2(at, names[0], links, creation, 0), path);
    }

    @Override
    public int attributeExists(long owner, byte[] name) {
        return with(names -> hdf5.H5Aexists(owner, names[0]), name);
    }

    @Override
    public long openAttribute(long owner, byte[] name) {
        return with(names -> hdf5.H5Aopen(owner, names[0], 0), name);
    }

    @Override
    public long createAttribute(long owner, byte[] name, long type, long space, long creation) {
        return with(names -> hdf5.H5Acreate2(owner, names[0], type, space, creation, 0), name);
    }

    @Override
    public int deleteAttribute(long owner, byte[] name) {
        return with(names -> hdf5.H5Adelete(owner, names[0]), name);
    }

    @Override
    public int renameAttribute(long owner, byte[] name, byte[] to) {
        return with(names -> hdf5.H5Arename(owner, names[0], names[1]), name, to);
    }

    @Override
    public int createHardLink(long from, byte[] path, long to, byte[] name, long links) {
        return with(names -> hdf5.H5Lcreate_hard(from, names[0], to, names[1], links, 0), path, name);
    }

    @Override
    public int createSoftLink(byte[] target, long at, byte[] name, long links) {
        return with(names -> hdf5.H5Lcreate_soft(names[0], at, names[1], links, 0), target, name);
    }

    @Override
    public int createExternalLink(byte[] file, byte[] target, long at, byte[] name, long links) {
        return with(names -> hdf5.H5Lcreate_external(names[0], names[1], at, names[2], links, 0), file, target, name);
    }

    @Override
    public int copy(long from, byte[] path, long to, byte[] name, long copying, long links) {
        return with(names -> hdf5.H5Ocopy(from, names[0], to, names[1], copying, links), path, name);
    }

    @Override
    public int reference(byte[] reference, long from, byte[] path) {
        return with(
                names -> {
                    try (BytePointer made = new BytePointer(reference.length)) {
                        int status = hdf5.H5Rcreate(made, from, names[0], 0, -1);
                        made.get(reference);
                        return status;
                    }
                },
                path);
    }

    @Override
    public int insert(long compound, byte[] name, long offset, long member) {
        return with(names -> hdf5.H5Tinsert(compound, names[0], offset, member), name);
    }

    @Override
    public long openFile(byte[] path, int flags, long access) {
        return with(names -> hdf5.H5Fopen(names[0], flags, access), path);
    }

    @Override
    public long createFile(byte[] path, int flags, long creation, long access) {
        return with(names -> hdf5.H5Fcreate(names[0], flags, creation, access), path);
    }

    @Override
    public byte[] fileName(long object) {
        return filled((name, bytes) -> hdf5.H5Fget_name(object, name, bytes));
    }

    @Override
    public byte[] referenced(long object, int kind, byte[] reference) {
        return filled((name, bytes) -> {
            try (BytePointer stored = new BytePointer(reference)) {
                return hdf5.H5Rget_name(object, kind, stored, name, bytes);
            }
        });
    }

    @Override
    public byte[] memberName(long type, int member) {
        synchronized (NativeCalls.LIBRARY) {
            BytePointer name = hdf5.H5Tget_member_name(type, member);
            try {
                return name.getStringBytes();
            } finally {
                hdf5.H5free_memory(name);
            }
        }
    }

    @Override
    public byte[] linkName(long group, int index, long number) {
        return with(
                here -> filled(
                        (name, bytes) -> hdf5.H5Lget_name_by_idx(group, here[0], index, 0, number, name, bytes, 0)),
                new byte[] {'.', 0});
    }

    @Override
    public byte[] attributeName(long object, int index, int order, long number) {
        return with(
                here -> filled((name, bytes) ->
                        hdf5.H5Aget_name_by_idx(object, here[0], index, order, number, name, bytes, 0)),
                new byte[] {'.', 0});
    }

    @Override
    public byte[] linkValue(long at, byte[] path, int bytes) {
        return with(
                names -> {
                    try (BytePointer value = new BytePointer(bytes)) {
                        byte[] found = new byte[bytes];
                        int status = hdf5.H5Lget_val(at, names[0], value, bytes, 0);
                        value.get(found);
                        return status < 0 ? new byte[0] : found;
                    }
                },
                path);
    }
}
