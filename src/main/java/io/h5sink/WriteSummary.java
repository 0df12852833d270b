package io.h5sink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What a session wrote, emitted once its file is closed.
 *
 * @param file the file
 * @param records the records that are in the file, counted from the start of the stream without those that were skipped
 * @param skipped the bad records that were left out, as {@link H5Writer.Builder#onBadRecord} says
 * @param rows the length of each dataset that the session wrote to, by absolute path
 * @param bytes the data that was written, in bytes, before compression
 * @param commits the number of commits
 * @param took the time from the subscription until the file was closed
 */
public record WriteSummary(
        Path file, long records, long skipped, Map<String, Long> rows, long bytes, long commits, Duration took) {}
