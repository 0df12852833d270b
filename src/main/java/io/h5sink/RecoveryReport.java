package io.h5sink;

import java.nio.file.Path;

/**
 * What {@link H5Writer#recover} found and did.
 *
 * @param file the file
 * @param changed whether the file was changed
 * @param what what was found and done, in words
 */
public record RecoveryReport(Path file, boolean changed, String what) {}
