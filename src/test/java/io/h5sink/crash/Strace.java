package io.h5sink.crash;

import io.h5sink.judge.Tool;
import io.h5sink.testing.Jvm;
import io.h5sink.testing.Require;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Records what a program does to files, by its system calls. */
final class Strace {

    /** All that can change a file; of those that the parser does not know, it says so. */
    private static final String CALLS = "openat,open,creat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,"
            + "fallocate,copy_file_range,sendfile,mmap,lseek,rename,renameat,renameat2,link,linkat,unlink,unlinkat,"
            + "fsync,fdatasync,dup,dup2,dup3";

    private Strace() {}

    /** Runs {@link Writing} for some cases, and gives what it did for each of them, by the name of the case. */
    static Map<String, List<Step>> record(Path directory, int records, List<Case> cases) throws Exception {
        requireStrace(directory);
        Path trace = directory.resolve("trace.txt");
        List<String> command = new ArrayList<>(strace(trace));
        Stream<Object> arguments = Stream.concat(Stream.of(directory, 0, records, 1), cases.stream());
        command.addAll(Jvm.command(List.of("-XX:TieredStopAtLevel=1"), Writing.class, arguments.toArray()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0 && !output.contains(Writing.FAILED)) {
            String last = output.replaceAll("(reported .*\n)*(reported .*\n)", "$2");
            throw new AssertionError("the writer ended with " + status + "\n" + last);
        }
        SystemCalls calls = new SystemCalls(directory);
        try (BufferedReader lines = Files.newBufferedReader(trace)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                calls.take(line);
            }
        }
        Files.delete(trace);
        Map<String, List<Step>> steps = new LinkedHashMap<>();
        for (Case one : cases) {
            steps.put(one.toString(), calls.steps(one.toString()));
        }
        return steps;
    }

    private static List<String> strace(Path trace) {
        return List.of(
                "strace",
                "-f",
                "-y",
                "-qq",
                "--seccomp-bpf",
                "-xx",
                "-s",
                "10000000",
                "-e",
                "trace=" + CALLS,
                "-e",
                "signal=none",
                "-o",
                trace.toString());
    }

    /** The command that makes system calls on files fail which a program does. */
    static List<String> failing(List<Path> files, String calls, String fault, List<String> program) {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "--seccomp-bpf", "-e", "signal=none"));
        command.addAll(List.of("-o", "/dev/null", "-e", "trace=" + calls, "-e", "inject=" + calls + ":" + fault));
        files.forEach(file -> command.addAll(List.of("-P", file.toString())));
        command.addAll(program);
        return command;
    }

    static void requireStrace(Path directory) throws Exception {
        Require.that(Tool.onPath("strace"), "strace is not installed (apt-get install strace)");
        List<String> command = new ArrayList<>(strace(directory.resolve("true.txt")));
        command.add("true");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Require.that(process.waitFor() == 0, "strace is not allowed to trace here (the capability SYS_PTRACE)");
        Files.delete(directory.resolve("true.txt"));
    }

    /** What is on the disk must be what the steps make, or steps were missed. */
    static void mustBeComplete(Path directory, Disk disk) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                disk.mustHold(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        for (String name : disk.names()) {
            if (!Files.exists(directory.resolve(name))) {
                throw new AssertionError("the trace does not show what became of " + name);
            }
        }
    }
}
