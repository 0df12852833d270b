package io.h5sink.hdf5;
final class ValueDataset { static io.h5sink.engine.WritableFile.Latest bind(Hdf5File f, String p, io.h5sink.schema.ColumnType t) { throw new UnsupportedOperationException(); } }
