package h5sink.maintain;

import h5sink.console.ExitCode;
import h5sink.console.Message;
import h5sink.console.Progress;
import h5sink.console.Text;
import h5sink.console.UserException;
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
            "Everything is carried over: groups, datasets of all types, attributes, links, and the positions of a sink, which can go on"
                    + " with the new file. All of that is compared with the old one. Chunks keep their shape; what is not chunked stays so, but"
                    + " for contiguous datasets of 4 KiB and more, if they are to be compressed. If anything would be lost, such as references that"
                    + " lead to nothing, it is named and the old file stays; with --to the new one is written all the same, and the exit code is 3."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  h5sink repack data.h5 --compress gzip", "  h5sink repack data.h5 --compress zstd:9 --to small.h5"})
public final class RepackCommand implements Callable<Integer> {

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
        if (Files.exists(RecoverCommand.journal(file))) {
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
                lost.forEach(what -> Message.print(spec.commandLine().getErr(), file + ": not carried over: " + what));
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
            return lost.isEmpty() ? 0 : ExitCode.FINDINGS;
        } finally {
            if (!kept && to == null) {
                Files.deleteIfExists(target);
            }
        }
    }

    private List<String> copy(Path target) throws IOException {
        if (to == null) {
            Files.deleteIfExists(target); // left over from a run that was killed
        }
        Progress shown = new Progress(spec.commandLine().getErr(), Progress.Style.AUTO, () -> reported(target));
        try (H5Source source = H5Source.open(file)) {
            return source.repack(target, compression);
        } finally {
            shown.end();
        }
    }

    private List<String> reported(Path target) {
        try {
            return List.of("repacked: " + Text.bytes(Files.size(target)), "from " + Text.bytes(Files.size(file)));
        } catch (IOException e) {
            return List.of("repacking"); // there is no new file yet
        }
    }

    private static void replace(Path fresh, Path old) throws IOException {
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(fresh, Files.getPosixFilePermissions(old));
        }
        Files.move(fresh, old, StandardCopyOption.ATOMIC_MOVE);
    }
}
