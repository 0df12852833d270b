package io.h5sink.jmh;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The process of a contender. Its argument is a work, see {@link Works}; each line of its input is a file and a number of
 * records, and is answered by a {@link Turn}. A process that stays keeps what the compiler has learned; it takes no time while
 * others have their turn.
 */
public final class Child {

    private Child() {}

    /**
     * Runs turns until the input ends.
     *
     * @param args a work
     * @throws Exception if a turn fails
     */
    public static void main(String[] args) throws Exception {
        Work work = Works.named(args[0]);
        Clock clock = new Clock();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split(" ");
            Path file = Path.of(words[0]);
            clock.start();
            work.run(file, Integer.parseInt(words[1]), clock);
            System.out.println(clock.stop(size(file)).format());
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
