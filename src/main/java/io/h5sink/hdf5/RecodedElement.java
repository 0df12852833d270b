package io.h5sink.hdf5;
class RecodedElement { static final class Unfit extends RuntimeException { String expected = "", actual = ""; } }
