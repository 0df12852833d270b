package io.h5sink.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.format.Superblock;
import io.h5sink.storage.driver.FileBytes;
import io.h5sink.storage.driver.MemoryBytes;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a {@link MetadataCache} reads, and how often. */
class MetadataCacheTest {

    private static final int BLOCK = 200;

    /** Blocks of different datasets lie further apart than one read reaches. */
    private static final int APART = 1 << 17;

    private static final int DATASETS = 14;

    private final CountedBytes bytes = new CountedBytes();
    private MetadataCache cache;

    /** A file in memory whose reads are counted, and fail half-way on demand. */
    private static final class CountedBytes implements FileBytes {
        private final MemoryBytes memory = new MemoryBytes(APART);
        private int reads;
        private boolean fails;

        @Override
        public void read(long position, ByteBuffer to) throws IOException {
            reads++;
            if (fails) {
                memory.read(position, to.slice(0, to.remaining() / 2));
                throw new IOException("half of it");
            }
            memory.read(position, to);
        }

        @Override
        public void write(long position, ByteBuffer from) {
            memory.write(position, from);
        }

        @Override
        public long size() {
            return memory.size();
        }

        @Override
        public void reach(long end) {
            memory.reach(end);
        }

        @Override
        public void truncate(long end) {
            memory.truncate(end);
        }

        @Override
        public void force() {}

        @Override
        public boolean hasNewNames() {
            return false;
        }

        @Override
        public void delete() {
            memory.delete();
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    private static long address(int dataset) {
        return (long) (dataset + 1) * APART;
    }

    @BeforeEach
    void fill() throws IOException {
        long end = address(DATASETS);
        bytes.write(0, Superblock.create(0, Superblock.UNDEFINED, Superblock.CREATED_LENGTH, end));
        bytes.reach(end);
        for (int i = 0; i < DATASETS; i++) {
            bytes.write(address(i) + 1, ByteBuffer.wrap(new byte[] {(byte) (i + 1)}));
        }
        DiskFile disk = new DiskFile(new StoredFile(Path.of("memory.h5"), new PosixDriver(false)), bytes);
        cache = new MetadataCache(disk, CommitOrder.ADDRESSES, disk.end());
        cache.look(0, 1);
        cache.doubt();
        bytes.reads = 0;
    }

    private void lookAtAll() throws IOException {
        for (int i = 0; i < DATASETS; i++) {
            assertThat(cache.look(address(i), BLOCK).get(1)).isEqualTo((byte) (i + 1));
        }
    }

    @Test
    void readsBlocksThatLieApartOnceACommit() throws IOException {
        for (int write = 0; write < 100; write++) {
            lookAtAll();
        }
        assertThat(bytes.reads).isEqualTo(DATASETS);

        cache.committed(bytes.size());
        lookAtAll();
        assertThat(bytes.reads).isEqualTo(2 * DATASETS);
    }

    @Test
    void keepsNothingOfAFileThatAnotherProgramMayHaveChanged() throws IOException {
        lookAtAll();
        bytes.write(address(3) + 2, ByteBuffer.wrap(new byte[] {77}));

        cache.doubt();
        assertThat(cache.look(address(3), BLOCK).get(2)).isEqualTo((byte) 77);
    }

    @Test
    void keepsNothingOfAReadThatFailed() throws IOException {
        bytes.fails = true;
        assertThatThrownBy(this::lookAtAll).hasMessage("half of it");

        bytes.fails = false;
        bytes.write(address(0) + BLOCK - 1, ByteBuffer.wrap(new byte[] {77}));
        assertThat(cache.look(address(0), BLOCK).get(BLOCK - 1)).isEqualTo((byte) 77);
        lookAtAll();
    }

    @Test
    void givesAwayBytesThatALaterReadLeavesAlone() throws IOException {
        ByteBuffer first = cache.look(address(0), BLOCK);
        lookAtAll();
        assertThat(first.get(1)).isEqualTo((byte) 1);
    }
}
