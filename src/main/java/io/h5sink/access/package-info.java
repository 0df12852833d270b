/**
 * The access to a file, shared by writing and reading: the writer threads, the HDF5 thread and the other threads of the library, the files that are open in this
 * JVM, the retries while another program has a file locked, and the exceptions that the user sees.
 *
 * <p>A {@link io.h5sink.access.Problem} describes a failure before the number of safe records is known; {@link io.h5sink.access.Failures}
 * makes the exception of the public API from both. Every other package throws exceptions of its own, and only this one translates them.
 */
@NullMarked
package io.h5sink.access;

import org.jspecify.annotations.NullMarked;
