package io.h5sink.hdf5;

import java.util.List;

/**
 * A filter among a dataset's creation properties, as {@code H5Pset_filter} takes it.
 *
 * @param id the registered number
 * @param flags {@code H5Z_FLAG_MANDATORY} or {@code H5Z_FLAG_OPTIONAL}
 * @param values the client values
 */
public record ChunkFilter(int id, int flags, List<Integer> values) {}
