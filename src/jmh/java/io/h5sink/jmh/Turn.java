package io.h5sink.jmh;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What was measured in a turn.
 *
 * @param seconds from the creation of the file until it is complete
 * @param fileBytes the size of the file, without holes
 * @param shares processor time over time, of the publisher's thread, the codec workers, the writer thread, and all else of the
 *     process, which is garbage collection and compilation; empty where nobody tells
 */
record Turn(double seconds, long fileBytes, double[] shares) {

    /** As a contender's process says it: {@code TURN seconds bytes shares…}. */
    static Turn parse(String line) {
        String[] words = line.split(" ");
        double[] shares =
                Arrays.stream(words).skip(3).mapToDouble(Double::parseDouble).toArray();
        return new Turn(Double.parseDouble(words[1]), Long.parseLong(words[2]), shares);
    }

    String format() {
        return "TURN " + seconds + " " + fileBytes
                + Arrays.stream(shares).mapToObj(share -> " " + share).collect(Collectors.joining());
    }
}
