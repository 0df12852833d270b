package h5sink;

import io.h5sink.Compression;
import io.h5sink.H5Source;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "repack",
        mixinStandardHelpOptions = true,
        description = {
            "Writes a file anew, with another compression and without holes, and puts it in the place of the old one at once.",
            "",
            "Columns of numbers, booleans and strings, of any shape, are carried over, with their groups, attributes and time axis; all of"
                    + " the new file is compared with the old one. If anything would be lost, such as uint64, tables, enumerations, empty"
                    + " datasets or stored positions, it is named and the old file stays; with --to the new one is written all the same, and the"
                    + " exit code is 3. Datasets can grow afterwards, their chunks are those of a sink, and links become what they lead to."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  h5sink repack data.h5 --compress gzip", "  h5sink repack data.h5 --compress zstd:9 --to small.h5"})
final class RepackCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The HDF5 file, to which nobody is writing.")
    private Path file;

    @Option(
            names = "--compress",
            required = true,
            paramLabel = "HOW",
            description = "gzip[:LEVEL], zstd[:LEVEL], lzf, lz4, auto or none.")
    private Compression compression;

    @Option(
            names = "--to",
            paramLabel = "NEW",
            description = "Write to this file, which must not exist, and keep the old one.")
    private Path to;

    @Override
    public Integer call() throws IOException {
        if (Files.exists(Cli.journal(file))) {
            throw new UserException(
                    file + ": there is a journal: it is being written, or its writer died; then h5sink recover helps");
        }
        if (to != null && Files.exists(to)) {
            throw new UserException(to + ": it exists already");
        }
        Path real = Files.exists(file) ? file.toRealPath() : file;
        Path target = to == null ? real.resolveSibling("." + real.getFileName() + ".repack") : to;
        boolean kept = false;
        try {
            List<String> lost = copy(target);
            if (!lost.isEmpty()) {
                lost.forEach(what -> Cli.tell(spec.commandLine().getErr(), file + ": not carried over: " + what));
                if (to == null) {
                    throw new UserException(file + ": left as it is; --to NEW writes the rest to another file");
                }
            }
            long before = Files.size(real);
            long after = Files.size(target);
            if (to == null) {
                replace(target, real);
            }
            kept = true;
            spec.commandLine()
                    .getOut()
                    .println((to == null ? file : to) + ": " + Text.bytes(before) + " before, " + Text.bytes(after)
                            + " now");
            return lost.isEmpty() ? 0 : Cli.FINDINGS;
        } finally {
            if (!kept) {
                Files.deleteIfExists(target);
                Files.deleteIfExists(Path.of(target + ".journal"));
            }
        }
    }

    private List<String> copy(Path target) throws IOException {
        Files.deleteIfExists(target); // left over from a run that was killed
        try (H5Source source = H5Source.open(file)) {
            Object state = state();
            Copy.of(source, target, compression);
            try (H5Source written = H5Source.open(target)) {
                List<String> lost = Differences.of(source, written);
                if (!state.equals(state())) {
                    throw new UserException(file + ": somebody has written to it meanwhile");
                }
                return lost;
            }
        }
    }

    private Object state() throws IOException {
        return List.of(Files.size(file), Files.getLastModifiedTime(file));
    }

    private static void replace(Path fresh, Path old) throws IOException {
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(fresh, Files.getPosixFilePermissions(old));
        }
        Files.move(fresh, old, StandardCopyOption.ATOMIC_MOVE);
    }
}
