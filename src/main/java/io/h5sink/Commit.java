package io.h5sink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A commit: from here on, any HDF5 tool that opens the file sees these rows.
 *
 * <p>Counts are cumulative, so that a later commit stands for all before it.
 *
 * @param file the file
 * @param number the number of the commit in its session, from 1
 * @param records the records of the session that are in the file, counted from the start of the stream without those that
 *     were skipped
 * @param rows the length of each dataset that grew with this commit, by absolute path
 * @param positions where to go on in the source, as {@link H5Writer#positions()} returns it, committed together with these records;
 *     empty without {@link H5Writer.Builder#positions}
 * @param bytes the data of the session that is in the file, in bytes, before compression
 * @param took the time from the decision to commit until the file was complete
 */
public record Commit(
        Path file,
        long number,
        long records,
        Map<String, Long> rows,
        Map<String, Long> positions,
        long bytes,
        Duration took) {}
