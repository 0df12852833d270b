package h5sink;

import java.io.PrintWriter;
import java.io.Writer;

/** Goes through what the commands do, on a small file, for an archive of the classes that they load. */
final class Warm {

    private Warm() {}

    /**
     * Writes the lines of standard input, and lists, shows, verifies and plots what came of them.
     *
     * @param args a file that is not there yet
     */
    public static void main(String... args) {
        String file = args[0];
        PrintWriter nobody = new PrintWriter(Writer.nullWriter());
        for (String[] command : new String[][] {
            {"record", file},
            {"ls", file},
            {"show", file},
            {"show", file, "/value", "-2:"},
            {"tail", file},
            {"plot", file, "/value"},
            {"verify", file},
            {"--help"}
        }) {
            Cli.run(nobody, nobody, command);
        }
    }
}
