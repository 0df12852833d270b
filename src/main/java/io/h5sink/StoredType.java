package io.h5sink;

/** The number types of HDF5 that a column can be stored as, little-endian, by NumPy's names. */
public enum StoredType {
    /** {@code H5T_STD_I8LE}. */
    INT8,
    /** {@code H5T_STD_I16LE}. */
    INT16,
    /** {@code H5T_STD_I32LE}. */
    INT32,
    /** {@code H5T_STD_I64LE}. */
    INT64,
    /** {@code H5T_STD_U8LE}. */
    UINT8,
    /** {@code H5T_STD_U16LE}. */
    UINT16,
    /** {@code H5T_STD_U32LE}. */
    UINT32,
    /** {@code H5T_STD_U64LE}. */
    UINT64,
    /** IEEE 754 binary16, which HDF5 has no name for before 1.14.4. */
    FLOAT16,
    /** {@code H5T_IEEE_F32LE}. */
    FLOAT32,
    /** {@code H5T_IEEE_F64LE}. */
    FLOAT64
}
