package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import hdf.hdf5lib.structs.H5AC_cache_config_t;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What HDF5 has changed of a file's metadata and not yet written. Its metadata cache is told to keep all of it until a flush, and
 * to log what it does ({@code H5Pset_mdc_log_options}, a JSON object a line), from which it follows what the flush will overwrite.
 * One thread at a time.
 */
final class MetadataLog implements AutoCloseable {

    private static final String ACTION = "\"action\":\"";

    /** A collection of the global heap that was only read may later, while the log is silent, be written to. */
    private static final String GLOBAL_HEAP = "\"type_id\":4,";

    /** What is taken for the size of an entry that was read while the log was silent, in bytes. */
    private static final int LARGEST = 1 << 16;

    private static final int BUFFER = 1 << 16;

    /** What was read of the log is taken from the disk when it is as much, in bytes. */
    private static final int READ = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);

    /** The sizes of all entries that the cache has, or had, by address; the largest if one changed. */
    private final Map<Long, Integer> sizes = new HashMap<>();

    /** What the log had been when it was last taken from the disk, in bytes. */
    private long gone;

    private final TreeMap<Long, Integer> changed = new TreeMap<>();

    private MetadataLog(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Makes a log, and tells HDF5 of it in a list of file access properties. */
    static MetadataLog in(long fileAccess) throws HDF5Exception {
        try {
            Path path = Files.createTempFile("h5sink", ".log");
            H5AC_cache_config_t cache = H5.H5Pget_mdc_config(fileAccess);
            cache.evictions_enabled = false;
            cache.incr_mode = 0;
            cache.flash_incr_mode = 0;
            cache.decr_mode = 0;
            H5.H5Pset_mdc_config(fileAccess, cache);
            H5.H5Pset_mdc_log_options(fileAccess, true, path.toString(), true);
            return new MetadataLog(path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw StoreException.file("there is no temporary file for HDF5's log: " + e.getMessage(), e);
        }
    }

    /** Notes that HDF5 has opened the log, whose name is of no use any more. */
    void opened() throws IOException {
        try {
            Files.delete(path);
        } catch (IOException e) {
            path.toFile().deleteOnExit(); // a system that keeps the names of open files
        }
        update();
    }

    /** Forgets what was changed, because it was written. */
    void flushed() throws IOException {
        update();
        changed.clear();
    }

    /** The addresses, relative to the superblock, and lengths of what was changed, in bytes. */
    Map<Long, Integer> changed() throws IOException {
        update();
        return changed;
    }

    private void update() throws IOException {
        while (channel.read(buffer) > 0) {
            buffer.flip();
            int line = buffer.position();
            for (int i = line; i < buffer.limit(); i++) {
                if (buffer.get(i) == '\n') {
                    take(new String(buffer.array(), line, i - line, StandardCharsets.ISO_8859_1));
                    line = i + 1;
                }
            }
            buffer.position(line).compact();
        }
        long at = channel.position();
        if (at > gone + READ) {
            channel.truncate(0); // the library goes on where it was, behind a hole
            channel.position(at);
            gone = at;
        }
    }

    private void take(String line) {
        int action = line.indexOf(ACTION);
        if (action < 0) {
            return;
        }
        int from = action + ACTION.length();
        switch (line.substring(from, line.indexOf('"', from))) {
            case "insert", "resize" -> {
                size(line);
                change(hexadecimal(line, "\"address\":0x"));
            }
            case "protect" -> {
                size(line);
                if (line.contains("\"readwrite\":\"WRITE\"") || line.contains(GLOBAL_HEAP)) {
                    change(hexadecimal(line, "\"address\":0x"));
                }
            }
            case "unprotect" -> {
                if (!line.contains("\"flags\":0,")) {
                    change(hexadecimal(line, "\"address\":0x"));
                }
            }
            case "move" -> {
                Long old = hexadecimal(line, "\"old_address\":0x");
                Long fresh = hexadecimal(line, "\"new_address\":0x");
                Integer size = old == null ? null : sizes.get(old);
                if (fresh != null && size != null) {
                    sizes.merge(fresh, size, Math::max);
                }
                change(old);
                change(fresh);
            }
            case "dirty", "clean", "serialized", "unserialized", "expunge", "remove" ->
                change(hexadecimal(line, "\"address\":0x"));
            default -> {
                // reading, pinning and order
            }
        }
    }

    private void size(String line) {
        Long address = hexadecimal(line, "\"address\":0x");
        int at = after(line, "size\":");
        if (address != null && at >= 0) {
            int size = 0;
            for (int i = at; i < line.length() && Character.isDigit(line.charAt(i)); i++) {
                size = size * 10 + Character.digit(line.charAt(i), 10);
            }
            sizes.merge(address, size, Math::max);
        }
    }

    private void change(@Nullable Long address) {
        if (address != null) {
            changed.merge(address, sizes.getOrDefault(address, LARGEST), Math::max);
        }
    }

    private static @Nullable Long hexadecimal(String line, String key) {
        int at = after(line, key);
        if (at < 0) {
            return null;
        }
        int end = at;
        while (end < line.length() && Character.digit(line.charAt(end), 16) >= 0) {
            end++;
        }
        return Long.parseUnsignedLong(line, at, end, 16);
    }

    private static int after(String line, String key) {
        int at = line.indexOf(key);
        return at < 0 ? -1 : at + key.length();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
