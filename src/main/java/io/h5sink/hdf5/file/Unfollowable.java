package io.h5sink.hdf5.file;

import io.h5sink.storage.StorageException;

/** The refusals of datasets that readers who follow (Sharing.SWMR) could not see. */
public final class Unfollowable {

    private Unfollowable() {}

    /** The refusal of a dataset with elements of variable length. */
    public static StorageException variable(String path) {
        return StorageException.schema(
                path,
                "elements of fixed size",
                "elements of variable length",
                "HDF5 cannot show them to readers that follow (Sharing.SWMR); a string can have a declared length, and a"
                        + " ragged array can be stored as offsets");
    }

    /** The refusal of a dataset that is to be made after readers may have opened the file. */
    public static StorageException late(String path) {
        return StorageException.schema(
                path,
                "a dataset that was there with the first commit",
                "a new one",
                "HDF5 makes none in a file that readers follow (Sharing.SWMR)");
    }
}
