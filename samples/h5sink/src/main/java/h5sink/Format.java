package h5sink;

/** How a line has its fields. One thread at a time. */
interface Format {

    /** Takes the fields of lines that are looked at first. */
    interface Look {
        /** A field and its value: null, a {@code Boolean}, {@code Long}, {@code Double}, {@code String} or {@code List} of them. */
        void see(String name, Object value);
    }

    /** Looks at the line for what its fields are. */
    void look(Lines line, Look look) throws BadLineException;

    /** Reads the line. Fields that are not among these are told to {@code unknown}, and left out. */
    void read(Lines line, Fields fields, Look unknown) throws BadLineException;
}
