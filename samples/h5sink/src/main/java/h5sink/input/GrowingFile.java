package h5sink.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A file that others append to, which never ends: at its end reads wait for more. When another file is in its place, or it became
 * shorter, reading goes on at its first byte, as with {@code tail -F}.
 */
public final class GrowingFile extends InputStream {

    private static final long LOOK_AGAIN_MILLIS = 100;

    private final Path path;
    private FileChannel channel;
    private Object key;

    public GrowingFile(Path path) throws IOException {
        this.path = path;
        open();
    }

    private void open() throws IOException {
        channel = FileChannel.open(path);
        key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (true) {
            int count = channel.read(ByteBuffer.wrap(bytes, offset, length));
            if (count > 0) {
                return count;
            }
            if (!reopen()) {
                try {
                    Thread.sleep(LOOK_AGAIN_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return -1;
                }
            }
        }
    }

    private boolean reopen() throws IOException {
        try {
            Object now = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            if (now == null || now.equals(key)) {
                if (channel.size() >= channel.position()) {
                    return false;
                }
                channel.position(0);
                return true;
            }
            channel.close();
            open();
            return true;
        } catch (NoSuchFileException e) {
            return false; // until there is one again
        }
    }

    @Override
    public int available() throws IOException {
        return channel.isOpen()
                ? (int) Math.min(Integer.MAX_VALUE, Math.max(0, channel.size() - channel.position()))
                : 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
