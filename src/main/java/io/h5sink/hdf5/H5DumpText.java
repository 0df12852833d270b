package io.h5sink.hdf5;
import io.h5sink.filter.Filter;
import io.h5sink.format.message.*;
import java.util.List;
final class H5DumpText {
    static String of(Datatype t) { return "" + t; }
    static String group(String p, String c, String w) { return "GROUP " + p + c + w; }
    static String dataset(String p, String w) { return "DATASET " + p + w; }
    static String dataset(Datatype t, Dataspace s) { return t + " " + s; }
    static String filters(List<Filter> f, List<String> n) { return f + ""; }
    static String places(Datatype t) { return "" + t; }
    static String chunks(long[] c, List<Filter> f) { return "" + f; }
    static String storage(DataLayout l) { return "" + l; }
}
