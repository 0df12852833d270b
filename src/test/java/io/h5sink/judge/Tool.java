package io.h5sink.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.testing.Require;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The command line tools of HDF5 and netCDF. */
public final class Tool {

    /**
     * What a command answered.
     *
     * @param status 0 if all went well
     * @param output what it printed, errors included
     */
    public record Answer(int status, String output) {}

    /** The Debian packages of what does not come with HDF5. */
    private static final Map<String, String> PACKAGES =
            Map.of("ncdump", "netcdf-bin", "Rscript", "r-cran-hdf5r", "node", "nodejs");

    private Tool() {}

    public static String h5dump(Object... arguments) {
        return succeed("h5dump", arguments);
    }

    public static String h5ls(Object... arguments) {
        return succeed("h5ls", arguments);
    }

    public static String ncdump(Object... arguments) {
        return succeed("ncdump", arguments);
    }

    private static String succeed(String tool, Object... arguments) {
        Answer answer = run(tool, arguments);
        assertThat(answer.status())
                .as("%s %s: %s", tool, List.of(arguments), answer.output())
                .isZero();
        return answer.output();
    }

    /** Runs a tool to its end. */
    public static Answer run(String tool, Object... arguments) {
        Require.that(onPath(tool), missing(tool));
        List<String> command = Stream.concat(
                        Stream.of(tool), Stream.of(arguments).map(String::valueOf))
                .toList();
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether there is a program that may judge in addition; an error where nothing may be left out. */
    public static boolean isPresent(String tool) {
        return Require.has(onPath(tool), missing(tool));
    }

    private static String missing(String tool) {
        return tool + " is not installed (apt-get install " + PACKAGES.getOrDefault(tool, "hdf5-tools") + ")";
    }

    /** Whether there is such a program that tests may use. */
    public static boolean onPath(String tool) {
        return Require.JUDGES
                && Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    }
}
