/**
 * Buffers between the publisher's thread and the writer thread: chunk-aligned runs of rows, their pool, and the memory budget that bounds them.
 *
 * <p>Each column has one chain of blocks with one producer, the publisher's thread, and one consumer, the writer thread. No lock guards a
 * block: the publisher's thread writes a record into the blocks with plain stores and then raises
 * {@link io.h5sink.buffer.MemoryBudget#received()} with release semantics; the writer thread reads that count with acquire semantics and never
 * looks at a row beyond it.
 */
@NullMarked
package io.h5sink.buffer;

import org.jspecify.annotations.NullMarked;
