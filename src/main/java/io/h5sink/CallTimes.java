package io.h5sink;

import java.time.Duration;

/**
 * How long calls of one kind have taken.
 *
 * @param calls how many have returned
 * @param last the time of the one that returned last
 * @param mean the time of all of them, divided by their number
 * @param longest the time of the longest
 */
public record CallTimes(long calls, Duration last, Duration mean, Duration longest) {}
