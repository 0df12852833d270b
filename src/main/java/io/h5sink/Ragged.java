package io.h5sink;

/** How arrays are stored that differ in length from record to record. */
public enum Ragged {
    /** As a dataset of HDF5 sequences of variable length, {@code H5T_VLEN}: h5py gives an array of arrays. */
    SEQUENCE,
    /**
     * As a group of two datasets: {@code values}, all elements one after the other, and {@code offsets}, one more than there are
     * rows: row {@code i} is {@code values[offsets[i]:offsets[i + 1]]}.
     */
    OFFSETS
}
