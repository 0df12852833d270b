/**
 * The interface between a session and HDF5: a file that is opened for each commit and closed again, with datasets that only grow.
 *
 * <p>The packages above know {@link io.h5sink.engine.WritableFile} and the request for such a file, {@link
 * io.h5sink.engine.OpenRequest}; they do not know which code writes the bytes.
 */
@NullMarked
package io.h5sink.engine;

import org.jspecify.annotations.NullMarked;
