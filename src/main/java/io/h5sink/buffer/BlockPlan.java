package io.h5sink.buffer;

/**
 * The block sizes of columns that get a row for each record, chosen to fit a memory budget.
 *
 * <p>Let a column have rows of {@code b} bytes and blocks of {@code k} rows. Rows in flight lie in blocks of which the first and the last
 * may be partly filled, so that the blocks hold at most {@code 2 (k - 1) b} bytes more than those rows: the slack. Up to {@code (k - 1) b}
 * bytes wait in a block that is not full. Blocks are whole chunks if four times the sum of their bytes fits into the memory; otherwise the
 * largest blocks are halved until the sum fits, or until each block has one row.
 */
public final class BlockPlan {

    private final int[] blockRows;
    private final long slack;

    private BlockPlan(int[] blockRows, long slack) {
        this.blockRows = blockRows;
        this.slack = slack;
    }

    /**
     * Makes a plan.
     *
     * @param memory the memory budget, in bytes
     * @param rowBytes the size of a row, for each column
     * @param chunkRows the rows of a chunk, for each column
     * @return the plan
     */
    public static BlockPlan of(long memory, long[] rowBytes, int[] chunkRows) {
        int[] rows = chunkRows.clone();
        while (true) {
            int largest = -1;
            long sum = 0;
            for (int i = 0; i < rows.length; i++) {
                sum += rows[i] * rowBytes[i];
                if (rows[i] > 1 && (largest < 0 || rows[i] * rowBytes[i] > rows[largest] * rowBytes[largest])) {
                    largest = i;
                }
            }
            if (largest < 0 || (sum <= memory / 4 && fitInt(rows, rowBytes))) {
                return new BlockPlan(rows, slack(rows, rowBytes));
            }
            rows[largest] = (rows[largest] + 1) / 2;
        }
    }

    /**
     * The rows of a column's blocks.
     *
     * @param column the column's index
     * @return at least 1
     */
    public int rows(int column) {
        return blockRows[column];
    }

    /**
     * The largest number of bytes that the blocks hold beyond the rows in flight.
     *
     * @return bytes
     */
    public long slack() {
        return slack;
    }

    private static boolean fitInt(int[] rows, long[] rowBytes) {
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] * rowBytes[i] > Integer.MAX_VALUE - 8) {
                return false;
            }
        }
        return true;
    }

    private static long slack(int[] rows, long[] rowBytes) {
        long slack = 0;
        for (int i = 0; i < rows.length; i++) {
            slack += 2L * (rows[i] - 1) * rowBytes[i];
        }
        return slack;
    }
}
