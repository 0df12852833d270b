package h5sink.console;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command about a file that is there. */
public abstract class FileCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "The HDF5 file.")
    protected Path file;

    protected CommandLine commandLine() {
        return spec.commandLine();
    }

    public PrintWriter err() {
        return spec.commandLine().getErr();
    }

    public PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
