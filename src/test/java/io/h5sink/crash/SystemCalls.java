package io.h5sink.crash;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes steps of the lines that {@code strace -f -y -xx} prints. */
final class SystemCalls {

    private static final Pattern UNFINISHED = Pattern.compile("(\\d+)\\s+(\\w+\\(.*) <unfinished \\.\\.\\.>");
    private static final Pattern RESUMED = Pattern.compile("(\\d+)\\s+<\\.\\.\\. \\w+ resumed>(.*)");
    private static final Pattern CALL = Pattern.compile("(\\d+)\\s+(\\w+)\\((.*)\\)\\s+= (-?\\d+|\\?)(.*)");
    private static final Pattern DESCRIPTOR = Pattern.compile("(\\d+)<([^>]*)>(\\(deleted\\))?");

    private final Path directory;
    private final String marker;
    private final Map<String, String> unfinished = new HashMap<>();
    private final Map<String, List<Step>> steps = new HashMap<>();
    private final Map<String, Long> positions = new HashMap<>();
    private final StringBuilder reported = new StringBuilder();

    /** Heeds files in directories of this one. */
    SystemCalls(Path directory) {
        this.directory = directory;
        this.marker = hex((directory + "/").getBytes(StandardCharsets.UTF_8));
    }

    List<Step> steps(String name) {
        return Objects.requireNonNull(steps.get(name), name);
    }

    void take(String line) {
        Matcher start = UNFINISHED.matcher(line);
        if (start.matches()) {
            unfinished.put(start.group(1), start.group(1) + " " + start.group(2));
            return;
        }
        Matcher end = RESUMED.matcher(line);
        String whole = end.matches() ? unfinished.remove(end.group(1)) + end.group(2) : line;
        boolean reports = whole.contains(" write(1<");
        if (reports || whole.contains(marker)) {
            Matcher call = CALL.matcher(whole);
            if (!call.matches()) {
                throw new AssertionError("cannot parse " + line);
            }
            if (!call.group(4).startsWith("-") && !call.group(4).equals("?")) {
                List<String> arguments = List.of(call.group(3).split(", "));
                if (reports) {
                    report(new String(bytes(arguments.get(1)), StandardCharsets.UTF_8));
                } else {
                    done(call.group(2), arguments, Long.parseLong(call.group(4)), call.group(4) + call.group(5), whole);
                }
            }
        }
    }

    private void report(String text) {
        reported.append(text);
        for (int end = reported.indexOf("\n"); end >= 0; end = reported.indexOf("\n")) {
            String[] words = reported.substring(0, end).split(" ", 3);
            if (words[0].equals("reported")) {
                Step step = words[2].startsWith(Writing.FAILED)
                        ? new Step.Failed(words[2])
                        : new Step.Reported(Integer.parseInt(words[2]));
                steps.computeIfAbsent(words[1], n -> new ArrayList<>()).add(step);
            }
            reported.delete(0, end + 1);
        }
    }

    private void done(String call, List<String> arguments, long result, String returned, String line) {
        switch (call) {
            case "openat" -> opened(text(arguments.get(1)), arguments.get(2), returned);
            case "open" -> opened(text(arguments.get(0)), arguments.get(1), returned);
            case "creat" -> opened(text(arguments.get(0)), "O_CREAT|O_TRUNC", returned);
            case "lseek" -> positions.put(arguments.get(0), result);
            case "pwrite64" ->
                add(path(arguments.get(0)), f -> written(f, Long.parseLong(arguments.get(3)), arguments, result));
            case "write" -> {
                Long at = positions.get(arguments.get(0));
                if (at == null) {
                    return; // not a file, but a pipe, to which the path of one was written
                }
                add(path(arguments.get(0)), f -> written(f, at, arguments, result));
                positions.put(arguments.get(0), at == Step.Write.END ? at : at + result);
            }
            case "ftruncate" -> add(path(arguments.get(0)), f -> new Step.Resize(f, Long.parseLong(arguments.get(1))));
            case "truncate" -> add(text(arguments.get(0)), f -> new Step.Resize(f, Long.parseLong(arguments.get(1))));
            case "fsync", "fdatasync" -> forced(path(arguments.get(0)));
            case "unlink" -> add(text(arguments.get(0)), Step.Remove::new);
            case "unlinkat" -> add(text(arguments.get(1)), Step.Remove::new);
            case "rename" -> add(text(arguments.get(0)), f -> new Step.Rename(f, name(text(arguments.get(1)))));
            case "link" -> add(text(arguments.get(0)), f -> new Step.Link(f, name(text(arguments.get(1)))));
            case "linkat" -> add(text(arguments.get(1)), f -> new Step.Link(f, name(text(arguments.get(3)))));
            case "mmap" -> {
                if (line.contains("MAP_SHARED") && line.contains("PROT_WRITE")) {
                    throw new AssertionError("writes to mapped memory cannot be recorded: " + line);
                }
            }
            default -> throw new AssertionError("cannot replay " + line);
        }
    }

    private void opened(String path, String flags, String returned) {
        if (flags.contains("O_CREAT")) {
            add(path, Step.Create::new);
        }
        if (flags.contains("O_TRUNC")) {
            add(path, f -> new Step.Resize(f, 0));
        }
        positions.put(returned.strip(), flags.contains("O_APPEND") ? Step.Write.END : 0);
    }

    private void forced(String path) {
        Path relative = path.startsWith(directory + "/") ? directory.relativize(Path.of(path)) : Path.of("");
        if (Files.isDirectory(Path.of(path)) && relative.getNameCount() == 1) {
            steps.computeIfAbsent(relative.toString(), n -> new ArrayList<>()).add(new Step.SyncNames());
        } else {
            add(path, Step.Sync::new);
        }
    }

    private static Step written(String file, long at, List<String> arguments, long count) {
        byte[] bytes = bytes(arguments.get(1));
        if (bytes.length < count) {
            throw new AssertionError("strace cut off a write of " + count + " bytes");
        }
        return new Step.Write(file, at, java.util.Arrays.copyOf(bytes, (int) count));
    }

    /** Adds a step to those of the case whose directory the file lies in, unless it is a directory or no longer there. */
    private void add(String path, java.util.function.Function<String, Step> step) {
        Path relative = path.startsWith(directory + "/") ? directory.relativize(Path.of(path)) : Path.of("");
        if (relative.getNameCount() == 2) {
            steps.computeIfAbsent(relative.getName(0).toString(), n -> new ArrayList<>())
                    .add(step.apply(name(path)));
        }
    }

    private static String name(String path) {
        return Path.of(path).getFileName().toString();
    }

    private static String path(String descriptor) {
        Matcher matcher = DESCRIPTOR.matcher(descriptor);
        if (!matcher.matches()) {
            throw new AssertionError("no descriptor: " + descriptor);
        }
        return matcher.group(3) == null ? text('"' + matcher.group(2) + '"') : "";
    }

    private static String text(String literal) {
        return new String(bytes(literal), StandardCharsets.UTF_8);
    }

    /** The bytes of {@code "\x01\x02"}. */
    private static byte[] bytes(String literal) {
        if (literal.equals("NULL") || literal.endsWith("...")) {
            throw new AssertionError("strace cut off " + literal);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(literal.length() / 4);
        for (int at = 1; at < literal.length() - 1; at += 4) {
            bytes.write(HexFormat.fromHexDigits(literal, at + 2, at + 4));
        }
        return bytes.toByteArray();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().withPrefix("\\x").formatHex(bytes);
    }
}
