package io.h5sink.jmh;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.jhdf5.Library;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;

/** Frames of 2048 by 2048 doubles, and plain files, whose bytes are ready. */
final class FrameWorks {

    static final int EDGE = 2048;
    static final int BYTES = EDGE * EDGE * Double.BYTES;

    /** What lies before the first block of an HDF5 file, so that blocks lie alike: aligned ones get other pages of the kernel's. */
    private static final int HEAD = 2048;

    /** Chunks of 1 MiB, as the sink has them. */
    private static final int CHUNK_LINES = 64;

    static final int BLOCK_BYTES = CHUNK_LINES * EDGE * Double.BYTES;

    /** Between two threads: few enough to stay in the processor's cache. */
    private static final int BLOCKS = 8;

    private FrameWorks() {}

    /**
     * An image.
     *
     * @param image by lines
     */
    public record Frame(double[][] image) {}

    static double[][] image() {
        Random random = new Random(1);
        double[][] image = new double[EDGE][EDGE];
        for (double[] line : image) {
            Arrays.setAll(line, i -> random.nextDouble());
        }
        return image;
    }

    /** Bytes that lie in a buffer of a block's size, written one block after the other: the limit. */
    static Work file(int blockBytes, int recordBytes) {
        ByteBuffer block = ByteBuffer.allocateDirect(blockBytes);
        while (block.hasRemaining()) {
            block.put((byte) block.position());
        }
        return (file, records, clock) -> {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(HEAD));
                for (long left = (long) records * recordBytes; left > 0; left -= blockBytes) {
                    block.position(0).limit((int) Math.min(left, blockBytes));
                    while (block.hasRemaining()) {
                        channel.write(block);
                    }
                }
            }
        };
    }

    /** A whole frame's bytes, which are ready, written in blocks. */
    static Work ready() {
        ByteBuffer frame = ByteBuffer.allocateDirect(BYTES);
        double[][] image = image();
        for (int line = 0; line < EDGE; line += CHUNK_LINES) {
            fill(frame.slice(line * EDGE * Double.BYTES, BLOCK_BYTES).order(ByteOrder.nativeOrder()), image, line);
        }
        return (file, records, clock) -> {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(HEAD));
                for (int i = 0; i < records; i++) {
                    for (int at = 0; at < BYTES; at += BLOCK_BYTES) {
                        ByteBuffer block = frame.slice(at, BLOCK_BYTES);
                        while (block.hasRemaining()) {
                            channel.write(block);
                        }
                    }
                }
            }
        };
    }

    /** What has to be done with an array before a channel takes it. */
    static Work copied() {
        double[][] image = image();
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES).order(ByteOrder.nativeOrder());
        return (file, records, clock) -> {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(HEAD));
                for (int i = 0; i < records; i++) {
                    for (int line = 0; line < EDGE; line += CHUNK_LINES) {
                        fill(block, image, line);
                        block.clear();
                        while (block.hasRemaining()) {
                            channel.write(block);
                        }
                    }
                }
            }
        };
    }

    /** The same by two threads: one fills blocks, and one writes them. */
    static Work shared() {
        double[][] image = image();
        return (file, records, clock) -> {
            BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(BLOCKS);
            BlockingQueue<ByteBuffer> full = new ArrayBlockingQueue<>(BLOCKS);
            for (int i = 0; i < BLOCKS; i++) {
                free.add(ByteBuffer.allocateDirect(BLOCK_BYTES).order(ByteOrder.nativeOrder()));
            }
            int blocks = records * (EDGE / CHUNK_LINES);
            FutureTask<Void> writing = new FutureTask<>(() -> {
                try (FileChannel channel =
                        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    channel.write(ByteBuffer.allocate(HEAD));
                    for (int i = 0; i < blocks; i++) {
                        ByteBuffer block = full.take().clear();
                        while (block.hasRemaining()) {
                            channel.write(block);
                        }
                        free.put(block);
                    }
                }
                return null;
            });
            new Thread(writing, "writer").start();
            for (int i = 0; i < blocks; i++) {
                ByteBuffer block = free.take();
                fill(block, image, i % (EDGE / CHUNK_LINES) * CHUNK_LINES);
                full.put(block);
            }
            writing.get();
        };
    }

    private static void fill(ByteBuffer block, double[][] image, int line) {
        for (int k = 0; k < CHUNK_LINES; k++) {
            block.clear().position(k * EDGE * Double.BYTES);
            block.asDoubleBuffer().put(image[line + k]);
        }
    }

    /** H5Dwrite of an array that is flat, which is what it takes. */
    static Work loop() {
        Library.describe();
        double[] image = Arrays.stream(image()).flatMapToDouble(Arrays::stream).toArray();
        return (path, records, clock) -> {
            long file = HandLoop.create(path);
            try (HandColumn frames =
                    new HandColumn(file, "image", HDF5Constants.H5T_IEEE_F64LE, new long[] {1, EDGE, EDGE}, new long[] {
                        1, CHUNK_LINES, EDGE
                    })) {
                for (int i = 0; i < records; i++) {
                    frames.write(
                            1,
                            (id, type, memory, selection) -> H5.H5Dwrite_double(
                                    id, type, memory, selection, HDF5Constants.H5P_DEFAULT, image, true));
                }
            }
            H5.H5Fclose(file);
        };
    }
}
