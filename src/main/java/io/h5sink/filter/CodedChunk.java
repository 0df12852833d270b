package io.h5sink.filter;

import java.nio.ByteBuffer;

/**
 * A chunk that has gone through filters.
 *
 * @param bytes from position to limit; direct
 * @param mask a bit for each of these filters that has left out the chunk
 */
public record CodedChunk(ByteBuffer bytes, int mask) {}
