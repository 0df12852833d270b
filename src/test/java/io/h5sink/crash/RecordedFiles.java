package io.h5sink.crash;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files on disk as a file system that records the changes that a writer makes to the files of one directory, in this process, as
 * {@link Strace} does for another one; and that lets changes fail. One writer at a time.
 */
final class RecordedFiles extends FileSystemProvider {

    /** Lets a change fail. */
    interface Fault {
        /** No change fails. */
        Fault NONE = (number, step) -> {};

        /** Throws if a change is to fail, the first of which has the number 0. */
        void before(int number, Step step) throws IOException;
    }

    private final FileSystem system = new RecordedSystem(this);
    private final List<Step> steps = new ArrayList<>();
    private final Fault fault;
    private int changes;

    RecordedFiles(Fault fault) {
        this.fault = fault;
    }

    /** A path of this file system to a file on disk. */
    Path path(Path onDisk) {
        return new RecordedPath(system, onDisk);
    }

    /** The changes so far. */
    List<Step> steps() {
        return steps;
    }

    /** Adds what the writer says. */
    synchronized void report(int records) {
        steps.add(new Step.Reported(records));
    }

    /** A change of a file. */
    interface Change<R> {
        R make() throws IOException;
    }

    /** Makes a change, and records that. */
    synchronized <R> R change(Step step, Change<R> change) throws IOException {
        fault.before(changes++, step);
        R result = change.make();
        steps.add(step);
        return result;
    }

    static String name(Path file) {
        return file.getFileName().toString();
    }

    private static Path real(Path path) {
        return RecordedPath.real(path);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        Path file = real(path);
        if (Files.isDirectory(file)) {
            return new RecordedChannel(this, new Step.SyncNames(), "", FileChannel.open(file, options, attributes));
        }
        if (!options.contains(StandardOpenOption.WRITE)) {
            return FileChannel.open(file, options, attributes);
        }
        boolean made = !Files.exists(file);
        FileChannel channel = made
                ? change(new Step.Create(name(file)), () -> FileChannel.open(file, options, attributes))
                : FileChannel.open(file, options, attributes);
        if (!made && options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            change(new Step.Resize(name(file), 0), () -> channel);
        }
        return new RecordedChannel(this, new Step.Sync(name(file)), name(file), channel);
    }

    @Override
    public void delete(Path path) throws IOException {
        Path file = real(path);
        if (Files.notExists(file)) {
            Files.delete(file);
        }
        change(new Step.Remove(name(file)), () -> {
            Files.delete(file);
            return file;
        });
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        change(
                new Step.Link(name(real(existing)), name(real(link))),
                () -> Files.createLink(real(link), real(existing)));
    }

    @Override
    public String getScheme() {
        return "recorded";
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return system;
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        real(path).getFileSystem().provider().checkAccess(real(path), modes);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return Files.readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return Files.readAttributes(real(path), attributes, options);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return Files.getFileAttributeView(real(path), type, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, @Nullable Object value, LinkOption... options)
            throws IOException {
        Files.setAttribute(real(path), attribute, value, options);
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
        return Files.isSameFile(real(one), real(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return Files.isHidden(real(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return Files.getFileStore(real(path));
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> settings) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException();
    }

    /** The file system of the paths. */
    private static final class RecordedSystem extends FileSystem {

        private final RecordedFiles provider;

        RecordedSystem(RecordedFiles provider) {
            this.provider = provider;
        }

        @Override
        public FileSystemProvider provider() {
            return provider;
        }

        @Override
        public Path getPath(String first, String... more) {
            return new RecordedPath(this, Path.of(first, more));
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public String getSeparator() {
            return FileSystems.getDefault().getSeparator();
        }

        @Override
        public Iterable<Path> getRootDirectories() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            return FileSystems.getDefault().getFileStores();
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return FileSystems.getDefault().supportedFileAttributeViews();
        }

        @Override
        public PathMatcher getPathMatcher(String pattern) {
            throw new UnsupportedOperationException();
        }

        @Override
        public UserPrincipalLookupService getUserPrincipalLookupService() {
            throw new UnsupportedOperationException();
        }

        @Override
        public WatchService newWatchService() {
            throw new UnsupportedOperationException();
        }
    }
}
