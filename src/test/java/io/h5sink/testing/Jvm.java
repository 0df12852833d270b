package io.h5sink.testing;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Another JVM like this one. */
public final class Jvm {

    private Jvm() {}

    /** Starts a program, whose errors come with its output. */
    public static Process start(Class<?> program, Object... arguments) throws IOException {
        return new ProcessBuilder(command(List.of(), program, arguments))
                .redirectErrorStream(true)
                .start();
    }

    /** The same, with further options for the JVM. */
    public static Process start(List<String> options, Class<?> program, Object... arguments) throws IOException {
        return new ProcessBuilder(command(options, program, arguments))
                .redirectErrorStream(true)
                .start();
    }

    /** The command that runs a program with further options for the JVM. */
    public static List<String> command(List<String> options, Class<?> program, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        Stream.of(arguments).map(String::valueOf).forEach(command::add);
        return command;
    }
}
