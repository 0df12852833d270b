/**
 * The interface between a session and HDF5: a file that is opened for each commit and closed again, with datasets that only grow.
 *
 * <p>The packages above know {@link io.h5sink.engine.WritableFile} and the request for such a file, {@link
 * io.h5sink.engine.OpenRequest}; where the settings of a writer become a session, {@link io.h5sink.engine.ChosenFile} is given the two
 * engines that may write the bytes: Java, and the C library.
 */
@NullMarked
package io.h5sink.engine;

import org.jspecify.annotations.NullMarked;
