package io.h5sink.storage.driver;

import io.h5sink.storage.SteadyChannel;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file in one or several files on disk, in which its driver places the bytes. */
public final class BytesOnDisk implements FileBytes {

    /**
     * The largest single write, in bytes. For larger writes Linux allocates larger folios in the page cache, which may be memory that no
     * process has used yet: such writes are 2 to 5 times slower.
     */
    private static final int LARGEST_WRITE = 1 << 20;

    private final StoredFile file;
    private final boolean inOne;
    private final Map<Path, FileChannel> channels = new LinkedHashMap<>();

    /** The channel of the only file on disk; null before the first use, and if there are several. */
    private @Nullable FileChannel only;

    private boolean newNames;

    public BytesOnDisk(StoredFile file) {
        this.file = file;
        this.inOne = file.parts().size() == 1 && place(0).wholeFile();
    }

    private FileDriver.FilePlace place(long position) {
        return file.access().place(file.path(), position);
    }

    /**
     * The channel of a part.
     *
     * @param make whether the part is made if it is missing
     */
    private FileChannel channel(Path part, boolean make) throws IOException {
        FileChannel channel = channels.get(part);
        if (channel == null) {
            boolean missing = make && !inOne && !Files.exists(part);
            channel = missing
                    ? SteadyChannel.of(
                            part, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)
                    : SteadyChannel.of(part, StandardOpenOption.READ, StandardOpenOption.WRITE);
            newNames |= missing;
            channels.put(part, channel);
        }
        return channel;
    }

    private interface DiskStep {

        /** Reads or writes bytes, the first of which belongs to an offset of a channel. */
        void move(FileChannel channel, long at, ByteBuffer part) throws IOException;
    }

    private void each(long start, ByteBuffer bytes, boolean make, DiskStep step) throws IOException {
        if (inOne) {
            FileChannel channel = only;
            if (channel == null) {
                channel = channel(place(0).path(), false);
                only = channel;
            }
            step.move(channel, start, bytes.slice());
            return;
        }
        for (long position = start; bytes.hasRemaining(); ) {
            FileDriver.FilePlace place = place(position);
            int length = (int) Math.min(bytes.remaining(), place.length());
            step.move(channel(place.path(), make), place.offset(), bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
            position += length;
        }
    }

    @Override
    public void read(long position, ByteBuffer to) throws IOException {
        long end = position + to.remaining();
        each(position, to, false, (channel, at, part) -> {
            while (part.hasRemaining()) {
                if (channel.read(part, at + part.position()) < 0) {
                    throw new EOFException("it ends before " + end + " bytes");
                }
            }
        });
        to.position(to.limit());
    }

    @Override
    public void write(long position, ByteBuffer from) throws IOException {
        each(position, from, true, (channel, at, part) -> {
            int end = part.limit();
            while (part.position() < end) {
                part.limit(Math.min(end, part.position() + LARGEST_WRITE));
                channel.write(part, at + part.position());
            }
        });
        from.position(from.limit());
    }

    /** The end of the last part that has bytes; all parts before that one are full. */
    @Override
    public long size() throws IOException {
        FileDriver.FilePlace place = place(0);
        long size = channel(place.path(), false).size();
        long start = 0;
        while (!place.wholeFile() && size - start >= place.length()) {
            start += place.length();
            place = place(start);
            if (!Files.exists(place.path())) {
                return start;
            }
            size = start + channel(place.path(), false).size();
        }
        return size;
    }

    /** Whether a position is the first one of the metadata or of the raw data. */
    private boolean isStart(long position) {
        return position == 0
                || (file.access().isApart(position) && !file.access().isApart(position - 1));
    }

    @Override
    public void reach(long end) throws IOException {
        for (long next = end; !isStart(next); ) { // other writers may have made any part shorter
            FileDriver.FilePlace last = place(next - 1);
            FileChannel channel = channel(last.path(), true);
            if (channel.size() <= last.offset()) {
                channel.write(ByteBuffer.allocate(1), last.offset()); // the bytes before were never used
            }
            next -= last.offset() + 1;
        }
    }

    @Override
    public void truncate(long end) throws IOException {
        FileDriver.FilePlace last = place(isStart(end) ? end : end - 1);
        long bytes = isStart(end) ? 0 : last.offset() + 1;
        FileChannel cut = channel(last.path(), false);
        if (cut.size() > bytes) {
            cut.truncate(bytes);
        }
        List<Path> beyond = new ArrayList<>();
        long start = end - 1;
        while (!last.wholeFile()) {
            start += last.length();
            last = place(start);
            if (!Files.exists(last.path())) {
                break;
            }
            beyond.add(last.path());
        }
        Collections.reverse(beyond); // without a gap, wherever the process dies
        for (Path part : beyond) {
            FileChannel channel = channels.remove(part);
            if (channel != null) {
                channel.close();
            }
            Files.delete(part);
        }
    }

    @Override
    public void force() throws IOException {
        channel(file.head(), false);
        for (Path part : file.others()) {
            channel(part, false);
        }
        for (FileChannel channel : channels.values()) {
            channel.force(true);
        }
    }

    @Override
    public boolean hasNewNames() {
        boolean names = newNames;
        newNames = false;
        return names;
    }

    @Override
    public void delete() throws IOException {
        close();
        List<Path> others = new ArrayList<>(file.others());
        Collections.reverse(others); // without a gap, wherever the process dies
        for (Path part : others) {
            Files.deleteIfExists(part);
        }
        for (Path part : file.parts()) {
            Files.deleteIfExists(part);
        }
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : channels.values()) {
            channel.close();
        }
        channels.clear();
        only = null;
    }
}
