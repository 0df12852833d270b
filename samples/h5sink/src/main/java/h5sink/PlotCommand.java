package h5sink;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "plot")
final class PlotCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
