package io.h5sink.crash;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/** A path of {@link RecordedFiles}. */
record RecordedPath(FileSystem system, Path onDisk) implements Path {

    static Path real(Path path) {
        return path instanceof RecordedPath recorded ? recorded.onDisk : path;
    }

    private Path of(Path other) {
        return new RecordedPath(system, other);
    }

    private @Nullable Path orNull(@Nullable Path other) {
        return other == null ? null : of(other);
    }

    @Override
    public FileSystem getFileSystem() {
        return system;
    }

    @Override
    public boolean isAbsolute() {
        return onDisk.isAbsolute();
    }

    @Override
    public @Nullable Path getRoot() {
        return orNull(onDisk.getRoot());
    }

    @Override
    public @Nullable Path getFileName() {
        return orNull(onDisk.getFileName());
    }

    @Override
    public @Nullable Path getParent() {
        return orNull(onDisk.getParent());
    }

    @Override
    public int getNameCount() {
        return onDisk.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return of(onDisk.getName(index));
    }

    @Override
    public Path subpath(int from, int to) {
        return of(onDisk.subpath(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        return onDisk.startsWith(real(other));
    }

    @Override
    public boolean endsWith(Path other) {
        return onDisk.endsWith(real(other));
    }

    @Override
    public Path normalize() {
        return of(onDisk.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return of(onDisk.resolve(real(other)));
    }

    @Override
    public Path relativize(Path other) {
        return of(onDisk.relativize(real(other)));
    }

    @Override
    public URI toUri() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path toAbsolutePath() {
        return of(onDisk.toAbsolutePath());
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        return of(onDisk.toRealPath(options));
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Path other) {
        return onDisk.compareTo(real(other));
    }

    @Override
    public String toString() {
        return onDisk.toString();
    }
}
