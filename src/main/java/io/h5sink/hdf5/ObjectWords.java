package io.h5sink.hdf5;
final class ObjectWords {
    static String of(ObjectTree tree, String path, ObjectTree.PathEnd end) { return "" + end; }
    static String whyNot(ObjectTree.PathEnd end) { return "" + end; }
}
