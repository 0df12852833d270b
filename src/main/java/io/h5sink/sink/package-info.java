/**
 * One stream on its way into one file: signals, demand, the drain loop, commits, and what is reported of them.
 *
 * <p>Three threads meet in a {@link io.h5sink.sink.Session}. The publisher's thread encodes records into buffers; the HDF5 thread, in a
 * {@link io.h5sink.sink.DrainLoop}, has the {@link io.h5sink.sink.Committer} write and commit them; the listener's thread is told the
 * {@link io.h5sink.sink.Results}.
 */
@NullMarked
package io.h5sink.sink;

import org.jspecify.annotations.NullMarked;
