package io.h5sink.hdf5;

/** What is wrong with a file's structure. */
final class StructureDamage extends RuntimeException {

    private static final long serialVersionUID = 1;

    StructureDamage(String what) {
        super(what, null, false, false);
    }

    /** What is wrong. */
    String what() {
        return String.valueOf(getMessage());
    }
}
