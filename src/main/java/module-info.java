/**
 * Ends a reactive stream in an HDF5 file: {@link io.h5sink.H5Sink} writes, {@link io.h5sink.H5Source} reads. The package {@code io.h5sink} is
 * all that others see. A program opens its own records' packages to this module.
 */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"
}) // Reactor's jars and the codecs' have names, but no descriptors
module io.h5sink {
    requires transitive reactor.core;
    requires transitive org.reactivestreams;
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires org.bytedeco.hdf5;
    requires java.logging;
    requires jdk.unsupported;
    requires static com.github.luben.zstd_jni;
    requires static org.lz4.java;

    exports io.h5sink;
}
