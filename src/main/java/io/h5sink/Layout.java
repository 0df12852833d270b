package io.h5sink;

/** How the components of records are laid out in a group. */
public enum Layout {
    /** A dataset for each component, named after it. A component that is a record has a group of its own. */
    COLUMNS,
    /**
     * One dataset {@code table} of compounds, a member for each component: what PyTables opens as a {@code Table}, and pandas as
     * a {@code DataFrame}. Strings need a declared length ({@link H5Field#length()}, {@link ColumnSpec#length(int)}), because
     * neither reads strings of variable length in a table. PyTables does not read tables with arrays of records either; h5py
     * does. What would be the attributes {@code units} and {@code long_name} of a dataset are {@code FIELD_n_UNITS} and
     * {@code FIELD_n_LONG_NAME} of the table, {@code n} counting components from 0.
     */
    TABLE
}
