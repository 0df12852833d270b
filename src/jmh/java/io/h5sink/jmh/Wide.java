package io.h5sink.jmh;

/**
 * Twenty components of six types, 102 bytes.
 *
 * @param counter0 a count
 * @param signal0 a measured value
 * @param code0 a number
 * @param level0 a coarse value
 * @param port a small number
 * @param counter1 a count
 * @param signal1 a measured value
 * @param code1 a number
 * @param level1 a coarse value
 * @param state a tiny number
 * @param counter2 a count
 * @param signal2 a measured value
 * @param code2 a number
 * @param level2 a coarse value
 * @param channel a small number
 * @param counter3 a count
 * @param signal3 a measured value
 * @param code3 a number
 * @param level3 a coarse value
 * @param quality a tiny number
 */
public record Wide(
        long counter0,
        double signal0,
        int code0,
        float level0,
        short port,
        long counter1,
        double signal1,
        int code1,
        float level1,
        byte state,
        long counter2,
        double signal2,
        int code2,
        float level2,
        short channel,
        long counter3,
        double signal3,
        int code3,
        float level3,
        byte quality) {

    static Wide number(int i) {
        return new Wide(
                (long) i,
                0.001 * i,
                i + 0,
                0.5f * i + 0,
                (short) i,
                1_000_000L + i,
                0.002 * i,
                i + 1,
                0.5f * i + 1,
                (byte) i,
                2_000_000L + i,
                0.003 * i,
                i + 2,
                0.5f * i + 2,
                (short) i,
                3_000_000L + i,
                0.004 * i,
                i + 3,
                0.5f * i + 3,
                (byte) i);
    }
}
