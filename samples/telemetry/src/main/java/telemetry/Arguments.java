package telemetry;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The command line.
 *
 * @param ticks how many readings are asked for
 * @param period the time from one to the next
 * @param file where they go
 */
record Arguments(long ticks, Duration period, Path file) {

    static Arguments of(String... words) {
        if (words.length > 3) {
            throw new IllegalArgumentException("expected [seconds [rate [file]]], got " + words.length + " arguments");
        }
        double seconds = words.length > 0 ? positive("seconds", words[0]) : 5;
        double rate = words.length > 1 ? positive("rate", words[1]) : 10;
        Path file = Path.of(words.length > 2 ? words[2] : "telemetry.h5");
        return new Arguments(Math.max(1, Math.round(seconds * rate)), Duration.ofNanos((long) (1e9 / rate)), file);
    }

    private static double positive(String name, String word) {
        try {
            double number = Double.parseDouble(word);
            if (number > 0 && number <= 1e9) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(name + " must be a number above 0, at most 1e9, was " + word);
    }
}
