package frames;

import java.nio.file.Path;

/**
 * The command line.
 *
 * @param frames how many images are made
 * @param rate images per second, at most
 * @param edge pixels along an edge
 * @param file where they go
 */
record Arguments(int frames, double rate, int edge, Path file) {

    static Arguments of(String... words) {
        if (words.length > 4) {
            throw new IllegalArgumentException(
                    "expected [frames [rate [edge [file]]]], got " + words.length + " arguments");
        }
        return new Arguments(
                (int) number("frames", words, 0, 12, 1, 1e6),
                number("rate", words, 1, 4, 1e-3, 1e3),
                (int) number("edge", words, 2, 2048, 2, 8192),
                Path.of(words.length > 3 ? words[3] : "frames.h5"));
    }

    private static double number(String name, String[] words, int at, double normal, double least, double most) {
        if (at >= words.length) {
            return normal;
        }
        try {
            double number = Double.parseDouble(words[at]);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                name + " must be a number from " + plain(least) + " to " + plain(most) + ", was " + words[at]);
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
