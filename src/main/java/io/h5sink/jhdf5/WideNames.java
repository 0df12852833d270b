package io.h5sink.jhdf5;

/** Functions of the C library with names as C has them: bytes that end with NUL. The return values are those of the C functions. */
interface WideNames {

    int linkExists(long at, byte[] path);

    long openObject(long at, byte[] path);

    long openDataset(long at, byte[] path, long access);

    long createDataset(long at, byte[] path, long type, long space, long links, long creation);

    long createGroup(long at, byte[] path, long links, long creation);

    int attributeExists(long owner, byte[] name);

    long openAttribute(long owner, byte[] name);

    long createAttribute(long owner, byte[] name, long type, long space, long creation);

    int deleteAttribute(long owner, byte[] name);

    int renameAttribute(long owner, byte[] name, byte[] to);

    int createHardLink(long from, byte[] path, long to, byte[] name, long links);

    int createSoftLink(byte[] target, long at, byte[] name, long links);

    int createExternalLink(byte[] file, byte[] target, long at, byte[] name, long links);

    int copy(long from, byte[] path, long to, byte[] name, long copying, long links);

    int reference(byte[] reference, long from, byte[] path);

    int insert(long compound, byte[] name, long offset, long member);

    long openFile(byte[] path, int flags, long access);

    long createFile(byte[] path, int flags, long creation, long access);

    byte[] fileName(long object);

    byte[] referenced(long object, int kind, byte[] reference);

    byte[] memberName(long type, int member);

    byte[] linkName(long group, int index, long number);

    byte[] attributeName(long object, int index, int order, long number);

    /**
     * The value of a soft or external link; the value of an external link has flags before the names of the file and the object. Empty if
     * no link has the path.
     */
    byte[] linkValue(long at, byte[] path, int bytes);
}
