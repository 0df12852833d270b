package h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a command says, run in this JVM.
 *
 * @param status the exit code
 * @param out what it printed
 * @param err what it reported
 */
public record Said(int status, List<String> out, List<String> err) {

    public static Said by(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Cli.run(
                new PrintWriter(out),
                new PrintWriter(err),
                Stream.of(arguments).map(String::valueOf).toArray(String[]::new));
        return new Said(
                status, out.toString().lines().toList(), err.toString().lines().toList());
    }

    /** Expects that all goes well and nothing is reported. */
    public static List<String> well(Object... arguments) {
        Said said = by(arguments);
        assertThat(said.err()).isEmpty();
        assertThat(said.status()).isZero();
        return said.out();
    }

    /** Expects one line of an error. */
    public static String error(int status, Object... arguments) {
        Said said = by(arguments);
        assertThat(said.out()).isEmpty();
        assertThat(said.err()).as("%s", List.of(arguments)).hasSize(1);
        assertThat(said.status()).isEqualTo(status);
        return said.err().get(0);
    }
}
