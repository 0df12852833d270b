package io.h5sink.filter.codec;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** HDF5 filter 32015: a Zstandard frame whose header has the size of its content (RFC 8878), by zstd-jni. */
public final class Zstd implements Compressor {

    private static final int MAGIC = 0xFD2FB528;

    private static final class Compressing implements Scratch.Context {

        final ZstdCompressCtx context = new ZstdCompressCtx();

        @Override
        public void close() {
            context.close();
        }
    }

    private static final class Decompressing implements Scratch.Context {

        final ZstdDecompressCtx context = new ZstdDecompressCtx();

        @Override
        public void close() {
            context.close();
        }
    }

    private final int level;

    /** Loads the library. */
    public Zstd(int level) {
        this.level = level;
        new ZstdCompressCtx().close();
    }

    @Override
    public boolean onHeap() {
        return false;
    }

    @Override
    public boolean encode(ByteBuffer chunk, ByteBuffer out, Scratch scratch) {
        ZstdCompressCtx context = scratch.context(Compressing.class, Compressing::new).context;
        context.setLevel(level);
        try {
            int length = context.compressDirectByteBuffer(
                    out, out.position(), out.remaining(), chunk, chunk.position(), chunk.remaining());
            out.position(out.position() + length);
            return true;
        } catch (ZstdException e) {
            // the output is too small
            context.reset();
            return false;
        }
    }

    /** The content size in a frame's header, which the writers of HDF5 chunks always put there (RFC 8878, section 3.1.1). */
    @Override
    public long decodedSize(ByteBuffer stored, int[] values) {
        ByteBuffer frame = stored.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (frame.remaining() < 9 || frame.getInt() != MAGIC) {
            return -1;
        }
        int descriptor = frame.get();
        boolean single = (descriptor & 0x20) != 0;
        int dictionary = new int[] {0, 1, 2, 4}[descriptor & 3];
        frame.position(frame.position() + (single ? 0 : 1) + dictionary);
        return switch ((descriptor >> 6) & 3) {
            case 0 -> single ? frame.get() & 0xFF : -1;
            case 1 -> (frame.getShort() & 0xFFFF) + 256;
            case 2 -> frame.getInt() & 0xFFFF_FFFFL;
            default -> frame.getLong();
        };
    }

    @Override
    public void decode(ByteBuffer stored, int[] values, ByteBuffer out, Scratch scratch) {
        ZstdDecompressCtx context = scratch.context(Decompressing.class, Decompressing::new).context;
        int expected = out.remaining();
        try {
            int length = context.decompressDirectByteBuffer(
                    out, out.position(), expected, stored, stored.position(), stored.remaining());
            if (length != expected) {
                throw DamagedChunkException.size("Zstd", length, expected);
            }
            out.position(out.limit());
        } catch (ZstdException e) {
            context.reset();
            throw new DamagedChunkException("Zstd, " + expected + " bytes expected: " + e.getMessage(), e);
        }
    }
}
