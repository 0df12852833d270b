package frames;

import java.time.Instant;

/**
 * An image.
 *
 * @param time when it was taken
 * @param number counted from 0
 * @param exposure in seconds
 * @param image counts of photons, line by line
 */
record Frame(Instant time, int number, double exposure, double[][] image) {}
