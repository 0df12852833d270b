package io.h5sink.filter.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * HDF5 filter 32004, by lz4-java: the chunk's size in 8 bytes, the size of a block in 4, and for each block its compressed
 * size in 4 and a block of LZ4, or the bytes as they are where both sizes are the same; all numbers big-endian (nexusformat,
 * {@code H5Zlz4.c}).
 */
public final class Lz4 implements Compressor {

    private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;

    /** The block size that a client value of 0 stands for. */
    private static final int BLOCK_BYTES = 1 << 30;

    private final LZ4Compressor compressor;
    private final LZ4SafeDecompressor decompressor;

    /** Loads the library. */
    public Lz4() {
        LZ4Factory factory = LZ4Factory.fastestInstance();
        compressor = factory.fastCompressor();
        decompressor = factory.safeDecompressor();
    }

    @Override
    public boolean onHeap() {
        return false;
    }

    @Override
    public boolean encode(ByteBuffer chunk, ByteBuffer out, Scratch scratch) {
        int total = chunk.remaining();
        if (out.remaining() < HEADER_BYTES || total == 0) {
            return false;
        }
        putInt(out, 0);
        putInt(out, total);
        putInt(out, Math.min(total, BLOCK_BYTES));
        while (chunk.hasRemaining()) {
            int block = Math.min(chunk.remaining(), BLOCK_BYTES);
            if (out.remaining() <= Integer.BYTES || !encodeBlock(chunk, block, out)) {
                return false;
            }
            chunk.position(chunk.position() + block);
        }
        return true;
    }

    private boolean encodeBlock(ByteBuffer chunk, int block, ByteBuffer out) {
        int at = out.position();
        int to = at + Integer.BYTES;
        int length;
        try {
            // One byte less than the block, because a stored size equal to the block's stands for uncompressed bytes.
            length = compressor.compress(
                    chunk, chunk.position(), block, out, to, Math.min(out.remaining() - Integer.BYTES, block - 1));
        } catch (LZ4Exception e) {
            if (out.remaining() - Integer.BYTES < block) {
                return false;
            }
            length = block;
            out.put(to, chunk, chunk.position(), block);
        }
        putInt(out, length);
        out.position(to + length);
        return true;
    }

    @Override
    public long decodedSize(ByteBuffer stored, int[] values) {
        return stored.remaining() < HEADER_BYTES
                ? -1
                : stored.order(ByteOrder.BIG_ENDIAN).getLong(stored.position());
    }

    @Override
    public void decode(ByteBuffer stored, int[] values, ByteBuffer out, Scratch scratch) {
        if (stored.remaining() < HEADER_BYTES) {
            throw DamagedChunkException.size("LZ4 header", stored.remaining(), HEADER_BYTES);
        }
        long total = ((long) getInt(stored) << 32) | (getInt(stored) & 0xFFFFFFFFL);
        int blockBytes = getInt(stored);
        if (total != out.remaining()) {
            throw DamagedChunkException.size("LZ4", total, out.remaining());
        }
        if (blockBytes <= 0) {
            throw new DamagedChunkException("LZ4 block size: " + blockBytes + " (expected: > 0)");
        }
        while (out.hasRemaining()) {
            decodeBlock(stored, out, Math.min(blockBytes, out.remaining()));
        }
    }

    private void decodeBlock(ByteBuffer stored, ByteBuffer out, int block) {
        int length = stored.remaining() < Integer.BYTES ? -1 : getInt(stored);
        if (length < 0 || length > stored.remaining()) {
            throw new DamagedChunkException(
                    "LZ4 block: " + length + " bytes (expected: at most " + stored.remaining() + ")");
        }
        int from = stored.position();
        if (length == block) {
            out.put(out.position(), stored, from, block);
        } else {
            try {
                int found = decompressor.decompress(stored, from, length, out, out.position(), block);
                if (found != block) {
                    throw DamagedChunkException.size("LZ4 block", found, block);
                }
            } catch (LZ4Exception e) {
                throw new DamagedChunkException("LZ4 block, " + block + " bytes expected: " + e.getMessage(), e);
            }
        }
        stored.position(from + length);
        out.position(out.position() + block);
    }

    private static void putInt(ByteBuffer out, int value) {
        out.put((byte) (value >>> 24))
                .put((byte) (value >>> 16))
                .put((byte) (value >>> 8))
                .put((byte) value);
    }

    private static int getInt(ByteBuffer in) {
        return (in.get() << 24) | ((in.get() & 0xFF) << 16) | ((in.get() & 0xFF) << 8) | (in.get() & 0xFF);
    }
}
