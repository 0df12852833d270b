/**
 * What writing and reading share on their way to a file: the HDF5 thread and the other threads of the library, the files that are open in
 * this JVM, how long somebody waits for a file that another program has, and what the user is told when something fails.
 *
 * <p>A {@link io.h5sink.access.Problem} is what went wrong before the number of safe records is known; {@link io.h5sink.access.Failures} makes
 * of it the exception that the user sees. Every other room throws exceptions of its own, and only this one translates.
 */
@NullMarked
package io.h5sink.access;

import org.jspecify.annotations.NullMarked;
