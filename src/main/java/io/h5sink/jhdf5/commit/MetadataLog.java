package io.h5sink.jhdf5.commit;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import hdf.hdf5lib.structs.H5AC_cache_config_t;
import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The metadata of a file that HDF5 has changed and not yet written. HDF5's metadata cache is configured to evict nothing before a flush,
 * and to log its actions ({@code H5Pset_mdc_log_options}, one JSON object a line); the addresses in the log are those that the flush will
 * overwrite. One thread at a time.
 */
final class MetadataLog implements AutoCloseable {

    /** Linux's file system in memory: HDF5 writes the log a line at a time, and nobody reads the log twice. */
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private static final AtomicLong COUNT = new AtomicLong();
    private static final byte[] ACTION = ascii("\"action\":\"");
    private static final byte[] ADDRESS = ascii("\"address\":0x");
    private static final byte[] OLD_ADDRESS = ascii("\"old_address\":0x");
    private static final byte[] NEW_ADDRESS = ascii("\"new_address\":0x");
    private static final byte[] SIZE = ascii("size\":");
    private static final byte[] WRITE = ascii("\"WRITE\"");
    private static final byte[] NO_FLAGS = ascii("\"flags\":0,");

    /**
     * The type of a global heap collection; one that was only read counts as changed, because HDF5 may write to it later while the log is
     * stopped.
     */
    private static final byte[] GLOBAL_HEAP = ascii("\"type_id\":4,");

    /** The assumed size of an entry that was read while the log was stopped, in bytes. */
    private static final int LARGEST = 1 << 16;

    private static final int BUFFER = 1 << 16;

    /** The bytes of the log after whose reading the log file is truncated. */
    private static final int READ = 1 << 20;

    private final Path path;
    private final RandomAccessFile file;
    private final byte[] bytes = new byte[BUFFER];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes);

    /** The sizes of all entries that the cache has or had, by address; the largest of an entry that was resized. */
    private final Map<Long, Integer> sizes = new HashMap<>();

    /** The length of the log when the log file was last truncated, in bytes. */
    private long gone;

    private final TreeMap<Long, Integer> changed = new TreeMap<>();
    private long lastChanged = -1;

    private MetadataLog(Path path, RandomAccessFile file) {
        this.path = path;
        this.file = file;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Creates a log file, and sets it in a list of file access properties.
     *
     * @param fresh whether the HDF5 file is to be made; opening an existing file reads, and is not logged
     */
    static MetadataLog in(long fileAccess, boolean fresh) throws HDF5Exception {
        try {
            String name = "h5sink-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + "-"
                    + System.nanoTime() + ".log";
            Path path = Files.isWritable(SHARED_MEMORY)
                    ? SHARED_MEMORY.resolve(name)
                    : Path.of(System.getProperty("java.io.tmpdir")).resolve(name);
            Files.createFile(path);
            RandomAccessFile file =
                    new RandomAccessFile(path.toFile(), "rw"); // an interrupt does not close a RandomAccessFile
            H5AC_cache_config_t cache = H5.H5Pget_mdc_config(fileAccess);
            cache.evictions_enabled = false;
            cache.incr_mode = 0;
            cache.flash_incr_mode = 0;
            cache.decr_mode = 0;
            H5.H5Pset_mdc_config(fileAccess, cache);
            H5.H5Pset_mdc_log_options(fileAccess, true, path.toString(), fresh);
            return new MetadataLog(path, file);
        } catch (IOException e) {
            throw StorageException.file("there is no temporary file for HDF5's log: " + e.getMessage(), e);
        }
    }

    /** Deletes the name of the log file, which HDF5 has opened by now. */
    void opened() throws IOException {
        try {
            Files.delete(path);
        } catch (IOException e) {
            path.toFile().deleteOnExit(); // some systems keep the names of open files
        }
        update();
    }

    /** Notes that metadata at an address, relative to the superblock, may have been changed while nothing was logged. */
    void unknown(long address) {
        change(address);
    }

    /** Forgets all changes, after HDF5 has written them. */
    void flushed() throws IOException {
        update();
        changed.clear();
        lastChanged = -1;
    }

    /** The addresses, relative to the superblock, and lengths in bytes of the changed entries. */
    Map<Long, Integer> changed() throws IOException {
        update();
        return changed;
    }

    private int read() throws IOException {
        return file.read(bytes, buffer.position(), buffer.remaining());
    }

    /** Reads the new lines of the log, and truncates a log that has become large. */
    void update() throws IOException {
        for (int count = read(); count > 0; count = read()) {
            buffer.position(buffer.position() + count);
            int line = 0;
            for (int i = 0; i < buffer.position(); i++) {
                if (bytes[i] == '\n') {
                    take(line, i);
                    line = i + 1;
                }
            }
            buffer.flip().position(line).compact();
        }
        long at = file.getFilePointer();
        if (at > gone + READ) {
            file.setLength(0); // HDF5 goes on writing at its position, behind a hole
            file.seek(at);
            gone = at;
        }
    }

    private void take(int from, int end) {
        int action = after(ACTION, from, end);
        if (action < 0) {
            return;
        }
        switch (bytes[action]) {
            case 'i' -> { // insert
                size(action, end);
                change(address(ADDRESS, action, end));
            }
            case 'r' -> { // resize, remove
                size(action, end);
                lastChanged = -1; // the entry had another size before
                change(address(ADDRESS, action, end));
            }
            case 'p' -> { // protect, pin
                if (bytes[action + 1] == 'r') {
                    size(action, end);
                    if (after(WRITE, action, end) >= 0 || after(GLOBAL_HEAP, action, end) >= 0) {
                        change(address(ADDRESS, action, end));
                    }
                }
            }
            case 'u' -> { // unprotect, unserialized, unpin
                boolean reads = after(NO_FLAGS, action, end) >= 0;
                if (bytes[action + 2] != 'p' || (bytes[action + 3] == 'r' && !reads)) {
                    change(address(ADDRESS, action, end));
                }
            }
            case 'm' -> { // move
                long old = address(OLD_ADDRESS, action, end);
                long fresh = address(NEW_ADDRESS, action, end);
                Integer size = sizes.get(old);
                if (size != null) {
                    sizes.merge(fresh, size, Math::max);
                }
                change(old);
                change(fresh);
            }
            case 'd', 'c', 's', 'e' ->
                change(address(ADDRESS, action, end)); // dirty, clean, serialized, expunge, and others without
            default -> {
                // the log itself, and flushes
            }
        }
    }

    private void size(int from, int end) {
        long address = address(ADDRESS, from, end);
        int at = after(SIZE, from, end);
        if (address >= 0 && at >= 0) {
            int size = 0;
            for (int i = at; i < end && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
                size = size * 10 + bytes[i] - '0';
            }
            sizes.merge(address, size, Math::max);
        }
    }

    private void change(long address) {
        if (address >= 0 && address != lastChanged) { // most lines repeat the one before
            changed.merge(address, sizes.getOrDefault(address, LARGEST), Math::max);
            lastChanged = address;
        }
    }

    /** The hexadecimal number behind a key; negative if the line lacks the key. */
    private long address(byte[] key, int from, int end) {
        int at = after(key, from, end);
        if (at < 0) {
            return -1;
        }
        long number = 0;
        for (int i = at; i < end; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                break;
            }
            number = number << 4 | digit;
        }
        return number;
    }

    private int after(byte[] key, int from, int end) {
        for (int i = from; i <= end - key.length; i++) {
            if (bytes[i] == key[0] && Arrays.equals(bytes, i, i + key.length, key, 0, key.length)) {
                return i + key.length;
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(path);
    }
}
