package io.h5sink.hdf5;
import io.h5sink.format.message.*;
import io.h5sink.schema.ColumnType;
import java.nio.*;
final class Recoding {
    static @org.jspecify.annotations.Nullable Recoding of(ColumnType c, Datatype t) { return null; }
    ColumnType stored() { throw new UnsupportedOperationException(); }
    ByteBuffer fixed(int n, ByteBuffer b) { throw new UnsupportedOperationException(); }
    boolean fixes() { throw new UnsupportedOperationException(); }
    ByteBuffer fixedText(int n, ByteBuffer b) { throw new UnsupportedOperationException(); }
    record Varying(ByteBuffer data, IntBuffer starts) {}
    Varying varying(int n, ByteBuffer b, IntBuffer s) { throw new UnsupportedOperationException(); }
    int badRow() { return 0; }
}
