package h5sink;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "repack")
final class RepackCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
