package io.h5sink.jmh;

/**
 * What all contenders write: 28 bytes in four columns.
 *
 * @param time nanoseconds
 * @param station a small number
 * @param temperature degrees
 * @param humidity percent
 */
public record Reading(long time, int station, double temperature, double humidity) {

    static final int BYTES = 28;

    /** The record with the given number. Costs next to nothing, but is a new object each time. */
    static Reading number(int i) {
        return new Reading(1_000_000L * i, i & 0xff, 0.001 * i, 100 - 0.001 * i);
    }
}
