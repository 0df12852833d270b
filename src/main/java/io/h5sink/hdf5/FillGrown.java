package io.h5sink.hdf5;
final class FillGrown { static io.h5sink.engine.WritableFile.Filled bind(Hdf5File f, String p) { throw new UnsupportedOperationException(); } }
