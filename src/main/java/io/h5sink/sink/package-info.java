/**
 * The subscriber that writes one stream into one file: signals, demand, the drain loop, commits and their reports.
 *
 * <p>Three threads meet in a {@link io.h5sink.sink.Session}. The publisher's thread encodes records into buffers; the writer thread, in a
 * {@link io.h5sink.sink.DrainLoop}, has the {@link io.h5sink.sink.Committer} write and commit them; {@link io.h5sink.sink.Results} are emitted
 * on a third thread, on which the listener may block.
 */
@NullMarked
package io.h5sink.sink;

import org.jspecify.annotations.NullMarked;
