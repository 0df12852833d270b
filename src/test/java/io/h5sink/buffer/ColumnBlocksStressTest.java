package io.h5sink.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One thread fills blocks and another writes them, at the same time and without a lock: every value arrives, in order, once,
 * and as it was put, also from the block that is being filled.
 */
@Timeout(60)
class ColumnBlocksStressTest {

    private static final int RECORDS = 60_000;
    private static final long MEMORY = 1 << 14;

    private final BlockPool pool = new BlockPool(MEMORY);
    private final MemoryBudget budget = new MemoryBudget(MEMORY);
    private final ExecutorService publisher = Executors.newSingleThreadExecutor();

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        publisher.shutdownNow();
        assertThat(publisher.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void columnsOfRecords(long seed) {
        ColumnBlocks narrow = new ColumnBlocks(pool, Long.BYTES, 256, false);
        ColumnBlocks wide = new ColumnBlocks(pool, 3 * Long.BYTES, 256, false);
        int narrowRows = 1 + new Random(seed).nextInt(100);
        int wideRows = 1 + new Random(seed + 99).nextInt(20);
        budget.fixed(4 * Long.BYTES, 2L * (narrowRows - 1) * 8 + 2L * (wideRows - 1) * 24);
        CompletableFuture<Void> filling = CompletableFuture.runAsync(
                () -> {
                    long narrowEnd = 0;
                    long wideEnd = 0;
                    long wideFirst = 0;
                    long narrowFirst = 0;
                    for (int row = 0; row < RECORDS; row++) {
                        awaitSpace();
                        if (row == narrowEnd) {
                            narrowFirst = row;
                            narrowEnd = narrow.roll(row, narrowRows);
                        }
                        if (row == wideEnd) {
                            wideFirst = row;
                            wideEnd = wide.roll(row, wideRows);
                        }
                        narrow.buffer().putLong((int) (row - narrowFirst) * 8, value(row));
                        for (int i = 0; i < 3; i++) {
                            wide.buffer().putLong((int) (row - wideFirst) * 24 + 8 * i, value(row) + i);
                        }
                        budget.receivedFixed(row + 1);
                    }
                },
                publisher);
        Checker narrowChecker = new Checker(1);
        Checker wideChecker = new Checker(3);
        Random random = new Random(seed);
        while (narrowChecker.next < RECORDS || wideChecker.next < RECORDS) {
            fail(filling);
            long cut = budget.received();
            if (!narrowChecker.aligned && cut > 0 && random.nextInt(20) == 0) {
                narrow.align(random.nextInt(1000), 1 + random.nextInt(200));
                wide.align(random.nextInt(1000), 1 + random.nextInt(200));
                narrowChecker.aligned = true;
            }
            budget.written(narrow.write(cut, narrowChecker));
            budget.written(wide.write(cut, wideChecker));
            assertThat(narrow.written()).isEqualTo(cut);
            assertThat(wide.written()).isEqualTo(cut);
        }
        filling.join();
        assertThat(budget.inFlight()).isZero();
    }

    /** What is looked at is full, in order, and not written yet; writing a few blocks at a time leaves nothing out. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void fullBlocksAreLookedAtOnce(long seed) {
        ColumnBlocks blocks = new ColumnBlocks(pool, Long.BYTES, 256, false);
        int blockRows = 1 + new Random(seed).nextInt(100);
        budget.fixed(Long.BYTES, 2L * (blockRows - 1) * Long.BYTES);
        CompletableFuture<Void> filling = CompletableFuture.runAsync(
                () -> {
                    long end = 0;
                    long first = 0;
                    for (int row = 0; row < RECORDS; row++) {
                        awaitSpace();
                        if (row == end) {
                            first = row;
                            end = blocks.roll(row, blockRows);
                        }
                        blocks.buffer().putLong((int) (row - first) * Long.BYTES, value(row));
                        budget.receivedFixed(row + 1);
                    }
                },
                publisher);
        Checker writer = new Checker(1);
        long[] looked = {0};
        Random random = new Random(seed);
        while (writer.next < RECORDS) {
            fail(filling);
            if (!writer.aligned && writer.next > 0 && random.nextInt(20) == 0) {
                blocks.align(random.nextInt(1000), 1 + random.nextInt(200));
                writer.aligned = true;
            }
            long cut = budget.received();
            boolean looks = random.nextInt(4) > 0; // or some blocks are written without
            while (looks
                    && blocks.look(budget.received(), (firstRow, data) -> {
                        assertThat(firstRow).isGreaterThanOrEqualTo(looked[0]);
                        Checker checker = new Checker(1);
                        checker.next = firstRow;
                        checker.accept(firstRow, data.remaining() / Long.BYTES, data, null);
                        looked[0] = checker.next;
                        assertThat(looked[0]).isGreaterThan(writer.next).isLessThanOrEqualTo(budget.received());
                    })) {}
            budget.written(blocks.write(cut, 1 + random.nextInt(3), writer));
            assertThat(blocks.written()).isEqualTo(writer.next).isLessThanOrEqualTo(cut);
        }
        filling.join();
        assertThat(budget.inFlight()).isZero();
        assertThat(looked[0]).isPositive();
    }

    /** Not every record has a row in each column; a cut holds the rows of the records up to it and of no later one. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void columnsOfQuantities(long seed) {
        int columns = 3;
        long[][] rowsAt = new long[columns][RECORDS + 1];
        boolean[][] has = new boolean[columns][RECORDS + 1];
        Random plan = new Random(seed);
        for (int record = 1; record <= RECORDS; record++) {
            for (int column = 0; column < columns; column++) {
                has[column][record] = plan.nextInt(column + 1) == 0;
                rowsAt[column][record] = rowsAt[column][record - 1] + (has[column][record] ? 1 : 0);
            }
        }
        ColumnBlocks[] blocks = new ColumnBlocks[columns];
        Checker[] checkers = new Checker[columns];
        for (int column = 0; column < columns; column++) {
            // The last column is text.
            blocks[column] = new ColumnBlocks(pool, column == 2 ? 0 : Long.BYTES, 256, true);
            checkers[column] = new Checker(1);
        }
        int blockRows = 1 + plan.nextInt(40);
        CompletableFuture<Void> filling = CompletableFuture.runAsync(
                () -> {
                    for (int record = 1; record <= RECORDS; record++) {
                        awaitSpace();
                        long bytes = 0;
                        for (int column = 0; column < columns; column++) {
                            if (has[column][record]) {
                                ColumnBlocks block = blocks[column];
                                if (block.full()) {
                                    block.roll(block.row(), blockRows);
                                }
                                int length = 0;
                                if (column == 2) {
                                    byte[] text = (words(block.row()) + "\0").getBytes(StandardCharsets.UTF_8);
                                    length = text.length;
                                    block.variable(text);
                                } else {
                                    block.buffer().putLong(block.offset(), value(block.row()));
                                }
                                bytes += block.rowCost(length) + block.unusedBefore();
                            }
                        }
                        for (int column = 0; column < columns; column++) {
                            if (has[column][record]) {
                                blocks[column].publish(record);
                            }
                        }
                        budget.received(record, Math.max(1, bytes), 0);
                    }
                },
                publisher);
        Random random = new Random(seed);
        long last = 0;
        boolean all = false;
        while (!all) {
            fail(filling);
            long cut = budget.received();
            if (random.nextBoolean()) {
                cut = last + (cut - last) / (1 + random.nextInt(3)); // not always all there is
            }
            if (budget.limit() <= budget.received()) {
                cut = budget.received();
            }
            if (cut > 0 && !checkers[0].aligned && random.nextInt(20) == 0) {
                for (ColumnBlocks block : blocks) {
                    block.align(random.nextInt(1000), 1 + random.nextInt(100));
                }
                checkers[0].aligned = true;
            }
            for (int column = 0; column < columns; column++) {
                long rows = blocks[column].rowsUpTo(cut);
                assertThat(rows).as("rows of the first %d records", cut).isEqualTo(rowsAt[column][(int) cut]);
                budget.written(blocks[column].write(rows, checkers[column]));
            }
            for (int column = 0; column < columns; column++) {
                assertThat(checkers[column].next).isEqualTo(rowsAt[column][(int) cut]);
            }
            last = cut;
            all = cut == RECORDS; // and partial
        }
        filling.join();
    }

    private void awaitSpace() {
        while (budget.limit() <= budget.received()) {
            Thread.onSpinWait();
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("the test is over");
            }
        }
    }

    private static void fail(CompletableFuture<?> filling) {
        if (filling.isCompletedExceptionally()) {
            try {
                filling.join();
            } catch (CompletionException e) {
                throw new AssertionError("the publisher's thread failed", e.getCause());
            }
        }
    }

    private static long value(long row) {
        return row * 0x9E3779B97F4A7C15L;
    }

    private static String words(long row) {
        return row + "x".repeat((int) (row * 31 % 60));
    }

    /** Takes the rows, and looks at each of them. */
    private static final class Checker implements RowConsumer {
        private final int values;
        private long next;
        private boolean aligned;

        Checker(int values) {
            this.values = values;
        }

        @Override
        public void accept(long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts) {
            assertThat(firstRow).isEqualTo(next);
            if (starts == null) {
                fixed(rows, data);
            } else {
                variable(rows, data, starts);
            }
        }

        private void fixed(int rows, ByteBuffer data) {
            assertThat(data.remaining()).isEqualTo(rows * values * Long.BYTES);
            ByteBuffer from = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
            for (int row = 0; row < rows; row++, next++) {
                for (int i = 0; i < values; i++) {
                    long found = from.getLong();
                    if (found != value(next) + i) {
                        throw new AssertionError("row " + next + " holds " + found);
                    }
                }
            }
        }

        private void variable(int rows, ByteBuffer utf8, IntBuffer starts) {
            for (int row = 0; row < rows; row++, next++) {
                int at = starts.get(starts.position() + row);
                String expected = words(next);
                for (int i = 0; i <= expected.length(); i++) {
                    byte want = i < expected.length() ? (byte) expected.charAt(i) : 0;
                    if (utf8.get(at + i) != want) {
                        throw new AssertionError("row " + next + " differs at byte " + i);
                    }
                }
            }
        }
    }
}
