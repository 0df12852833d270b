package io.h5sink.hdf5;

import io.h5sink.engine.Positions;
import io.h5sink.format.index.ChunkGrid;
import io.h5sink.format.message.Dataspace;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ColumnType.Kind;
import io.h5sink.schema.ColumnType.Member;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the table of positions, byte for byte as in the file: a partition's name, padded with NUL, and two offsets. After {@code n}
 * commits the offset with the index {@code n mod 2} is valid; the next commit writes the other offset. So the bytes of a committed offset
 * are not overwritten before the next commit is valid, and a commit adds no bytes.
 */
public final class PositionRows {

    /** The path of the table. */
    public static final String PATH = "/.h5sink/positions";

    /** The attribute with the number of position commits, which selects the valid one of the two offsets in each row. */
    public static final String COMMITS = "commits";

    /** The size of a row, in bytes. */
    public static final int ROW_BYTES = Positions.NAME_BYTES + 2 * Long.BYTES;

    /** The number of rows in a chunk. */
    public static final int CHUNK_ROWS = 16;

    /** The type of a row. */
    public static final ColumnType TYPE = ColumnType.compound(List.of(
            new Member("partition", ColumnType.fixedString(Positions.NAME_BYTES), 0),
            new Member("offset", ColumnType.scalar(Kind.INT64).shaped(List.of(2)), Positions.NAME_BYTES)));

    /** The layout of the rows in chunks. */
    public static final ChunkGrid GRID =
            new ChunkGrid(new long[] {CHUNK_ROWS}, new long[] {0}, new long[] {Dataspace.UNLIMITED}, ROW_BYTES);

    private static final int FIRST_ROWS = 16;

    private final Map<String, Integer> rows = new LinkedHashMap<>();
    private ByteBuffer bytes;
    private int committed;
    private long commits;

    private PositionRows(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** A table without rows. */
    public static PositionRows none() {
        return new PositionRows(direct(FIRST_ROWS));
    }

    /** A buffer for rows. */
    public static ByteBuffer direct(int count) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(count, ROW_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The rows that were read from a file; null if two rows have the same name. */
    public static @Nullable PositionRows of(ByteBuffer bytes, int count, long commits) {
        PositionRows read = new PositionRows(bytes);
        for (int row = 0; row < count; row++) {
            int length = 0;
            while (length < Positions.NAME_BYTES && bytes.get(row * ROW_BYTES + length) != 0) {
                length++;
            }
            byte[] utf8 = new byte[length];
            bytes.get(row * ROW_BYTES, utf8);
            if (read.rows.put(new String(utf8, StandardCharsets.UTF_8), row) != null) {
                return null;
            }
        }
        read.committed = count;
        read.commits = commits;
        return read;
    }

    /** The number of commits of positions. */
    public long commits() {
        return commits;
    }

    /** The number of all rows, with uncommitted ones. */
    public int count() {
        return rows.size();
    }

    /** The number of rows after the last commit. */
    public int committedCount() {
        return committed;
    }

    /** The valid offsets, by partition. */
    public Map<String, Long> last() {
        Map<String, Long> last = new LinkedHashMap<>();
        rows.forEach((partition, row) -> {
            if (row < committed) {
                last.put(partition, offset(row, holding()));
            }
        });
        return last;
    }

    private int holding() {
        return (int) (commits & 1);
    }

    private long offset(int row, int index) {
        return bytes.getLong(at(row, index));
    }

    private static int at(int row, int index) {
        return row * ROW_BYTES + Positions.NAME_BYTES + index * Long.BYTES;
    }

    /** Whether any of these offsets differs from the valid offset of its partition. */
    public boolean differ(Map<String, Long> changed) {
        for (Map.Entry<String, Long> entry : changed.entrySet()) {
            Integer row = rows.get(entry.getKey());
            if (row == null || row >= committed || offset(row, holding()) != entry.getValue()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Sets offsets for the next commit.
     *
     * @return the rows to be written: the rows that change now, and those that the last commit changed, whose other offset is outdated
     */
    public BitSet change(Map<String, Long> changed) {
        BitSet touched = new BitSet();
        int holding = holding();
        for (int row = 0; row < committed; row++) {
            long offset = offset(row, holding);
            if (offset(row, 1 - holding) != offset) {
                bytes.putLong(at(row, 1 - holding), offset);
                touched.set(row);
            }
        }
        changed.forEach((partition, offset) -> {
            int row = row(partition);
            bytes.putLong(at(row, 1 - holding), offset);
            if (row >= committed) {
                bytes.putLong(at(row, holding), offset);
            }
            touched.set(row);
        });
        return touched;
    }

    private int row(String partition) {
        Integer known = rows.get(partition);
        if (known != null) {
            return known;
        }
        int row = rows.size();
        if ((row + 1) * ROW_BYTES > bytes.capacity()) {
            bytes = direct(2 * row).put(0, bytes, 0, row * ROW_BYTES);
        }
        byte[] utf8 = partition.getBytes(StandardCharsets.UTF_8);
        bytes.put(row * ROW_BYTES, new byte[Positions.NAME_BYTES]).put(row * ROW_BYTES, utf8);
        rows.put(partition, row);
        return row;
    }

    /** The end of a run of touched rows with gaps of less than a chunk. */
    public static int endOfRun(BitSet touched, int first) {
        int end = touched.nextClearBit(first);
        for (int next = touched.nextSetBit(end); next >= 0 && next - end < CHUNK_ROWS; next = touched.nextSetBit(end)) {
            end = touched.nextClearBit(next);
        }
        return end;
    }

    /** The bytes of some rows; a direct buffer. */
    public ByteBuffer slice(int first, int count) {
        return bytes.slice(first * ROW_BYTES, count * ROW_BYTES);
    }

    /** Commits the changed offsets. */
    public void commit() {
        commits++;
        committed = rows.size();
    }

    /** Discards all changes since the last commit: the valid offsets stay, and new rows are removed. */
    public void rollBack() {
        List<String> fresh = new ArrayList<>();
        rows.forEach((partition, row) -> {
            if (row >= committed) {
                fresh.add(partition);
            }
        });
        rows.keySet().removeAll(fresh);
    }
}
