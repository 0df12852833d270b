package io.h5sink.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of a directory, in memory, as steps make them. */
final class Disk {

    private final Map<String, byte[]> files = new TreeMap<>();

    /** The files of a directory on disk. */
    static Disk of(Path directory) throws IOException {
        Disk disk = new Disk();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                disk.files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return disk;
    }

    /** The same files, to be changed independently. */
    Disk copy() {
        Disk copy = new Disk();
        files.keySet().forEach(name -> copy.copy(name, this));
        return copy;
    }

    /** Does a step, and reports whether it made a difference. */
    boolean apply(Step step) {
        if (step instanceof Step.Create create) {
            return files.putIfAbsent(create.file(), new byte[0]) == null;
        } else if (step instanceof Step.Write write) {
            return write(write);
        } else if (step instanceof Step.Resize resize) {
            byte[] old = get(resize.file());
            files.put(resize.file(), Arrays.copyOf(old, Math.toIntExact(resize.size())));
            return old.length != resize.size();
        } else if (step instanceof Step.Remove remove) {
            return files.remove(remove.file()) != null;
        } else if (step instanceof Step.Rename rename) {
            files.put(rename.to(), Objects.requireNonNull(files.remove(rename.file())));
            return true;
        } else if (step instanceof Step.Link link) {
            files.put(link.to(), get(link.file()).clone());
            return true;
        }
        return false;
    }

    private boolean write(Step.Write write) {
        byte[] old = get(write.file());
        int at = write.at() == Step.Write.END ? old.length : Math.toIntExact(write.at());
        int end = at + write.bytes().length;
        if (end <= old.length && Arrays.equals(old, at, end, write.bytes(), 0, write.bytes().length)) {
            return false;
        }
        byte[] data = end > old.length ? Arrays.copyOf(old, end) : old;
        System.arraycopy(write.bytes(), 0, data, at, write.bytes().length);
        files.put(write.file(), data);
        return true;
    }

    byte[] get(String name) {
        return Objects.requireNonNull(files.get(name), name);
    }

    Set<String> names() {
        return files.keySet();
    }

    long size(String name) {
        return get(name).length;
    }

    boolean has(String name) {
        return files.containsKey(name);
    }

    /** Puts a copy of another disk's file in the place of the own one, or removes that if the other has none. */
    void copy(String name, Disk from) {
        if (from.has(name)) {
            files.put(name, from.get(name).clone());
        } else {
            files.remove(name);
        }
    }

    void mustHold(String name, byte[] bytes) {
        int differs = Arrays.mismatch(get(name), bytes);
        if (differs >= 0) {
            throw new AssertionError("the trace does not show what wrote to " + name + " at byte " + differs);
        }
    }

    /** Writes the files to a directory, which is made. */
    void save(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(directory.resolve(file.getKey()), file.getValue());
        }
    }
}
