package io.h5sink.filter.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.filter.Samples;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** N-bit and scale-offset, bit by bit as the formats have them; and bytes that HDF5 did not make. */
class PackedBitsTest {

    private interface Size {
        long of(ByteBuffer packed, int[] values);
    }

    private interface Decoder {
        void decode(ByteBuffer packed, int[] values, ByteBuffer chunk);
    }

    private static String unpacked(Size size, Decoder decoder, int[] values, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        ByteBuffer packed = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        ByteBuffer chunk = ByteBuffer.allocateDirect((int) size.of(packed, values));
        for (int i = 0; i < chunk.limit(); i++) {
            chunk.put(i, (byte) 0x5A); // what was there before
        }
        decoder.decode(packed, values, chunk);
        assertThat(chunk.hasRemaining()).isFalse();
        return HexFormat.of().formatHex(Samples.bytes(chunk.flip()));
    }

    private static int[] scaled(int kind, int factor, int count, int... more) {
        int[] values = new int[20];
        values[0] = kind;
        values[1] = factor;
        values[2] = count;
        System.arraycopy(more, 0, values, 3, more.length);
        return values;
    }

    private static String scaleOffset(int[] values, String hex) {
        return unpacked(ScaleOffset::size, ScaleOffset::decode, values, hex);
    }

    private static String nBit(String hex, int... type) {
        int[] values = new int[type.length + 2];
        values[0] = values.length;
        System.arraycopy(type, 0, values, 2, type.length);
        return unpacked(NBit::size, NBit::decode, values, hex);
    }

    @Test
    void integersAreTheMinimumAndSomeBits() {
        String head = "03000000 08 faffffffffffffff 0000000000000000"; // 3 bits from -6 on
        assertThat(scaleOffset(scaled(2, 0, 4, 0, 2, 1, 0, 0), head + "053c")) // 000 001 010 011 110 0
                .isEqualTo("fafffbfffcfffdff");
        assertThat(scaleOffset(scaled(2, 0, 5, 0, 2, 1, 1, 1, 0x1234), head + "053e")) // 000 001 010 011 111 0
                .isEqualTo("fffafffbfffcfffd1234");
        assertThat(scaleOffset(scaled(2, 0, 3, 0, 1, 0, 0, 0), "00000000 01 07ffffffffffffff 0000000000000000"))
                .isEqualTo("070707");
        assertThat(scaleOffset(
                        scaled(2, 0, 2, 0, 4, 0, 1, 0),
                        "20000000 08 0000000000000000 0000000000000000 0102030405060708"))
                .isEqualTo("0403020108070605");
        assertThat(scaleOffset(scaled(2, 16, 2, 0, 2, 0, 1, 0), "01020304")).isEqualTo("01020304");
    }

    @Test
    void numbersAreTensFromTheMinimum() {
        String head = "04000000 08 000000000000f03f 0000000000000000"; // 4 bits from 1.0 on
        ByteBuffer chunk = ByteBuffer.wrap(HexFormat.of()
                        .parseHex(scaleOffset(scaled(0, 2, 3, 1, 8, 0, 0, 1, 0, 0x40080000), head + "05f0")))
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(chunk.getDouble(0)).isEqualTo(1);
        assertThat(chunk.getDouble(8)).isEqualTo(5 / 100.0 + 1);
        assertThat(chunk.getDouble(16)).isEqualTo(3);
    }

    @Test
    void significantBitsAreAtTheirPlace() {
        assertThat(nBit("abc123", 2, 1, 2, 0, 12, 2)).isEqualTo("f02a8c04");
        assertThat(nBit("abc123", 2, 1, 2, 1, 12, 2)).isEqualTo("2af0048c");
        assertThat(nBit("a0", 3, 1, 1, 0, 1, 7)).isEqualTo("800080");
        // an array of two numbers of 4 bits, and a member of two bytes that are as they are, with a gap before
        assertThat(nBit("12abcd 34ef01", 2, 3, 6, 2, 0, 2, 2, 1, 1, 0, 4, 4, 3, 4, 2))
                .isEqualTo("102000abcd00304000ef0100");
        assertThat(nBit("0102", 1, 2, 2, 4, 7)).isEqualTo("0102");
    }

    @Test
    void anyBytesAreUnpackedOrRefused() {
        Random random = new Random(3);
        int[][] good = {
            scaled(2, 0, 40, 0, 2, 1, 1, 1, 7),
            scaled(0, 3, 40, 1, 8, 0, 0, 1, 7),
            {18, 0, 40, 3, 6, 2, 0, 2, 2, 1, 1, 0, 4, 4, 3, 4, 2, 0},
            {8, 0, 40, 1, 2, 1, 12, 2}
        };
        int refused = 0;
        for (int i = 0; i < 200_000; i++) {
            int[] values = good[i % good.length].clone();
            for (int k = random.nextInt(3); k > 0; k--) {
                values[random.nextInt(values.length)] = random.nextBoolean() ? random.nextInt(10) : random.nextInt();
            }
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            for (int k = 0; random.nextInt(4) > 0 && k < Math.min(bytes.length, 5); k++) {
                bytes[k] = (byte) (k == 0 ? random.nextInt(66) : 0); // a head that may be
            }
            ByteBuffer packed =
                    ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            boolean scale = i % good.length < 2;
            long size = scale ? ScaleOffset.size(packed, values) : NBit.size(packed, values);
            if (size < 0 || size > 1 << 20) {
                continue;
            }
            ByteBuffer chunk = ByteBuffer.allocateDirect((int) size);
            try {
                if (scale) {
                    ScaleOffset.decode(packed, values, chunk);
                } else {
                    NBit.decode(packed, values, chunk);
                }
                assertThat(chunk.hasRemaining()).isFalse();
            } catch (DamagedChunkException e) {
                assertThat(e).hasMessageContaining("(expected: ");
                refused++;
            }
        }
        assertThat(refused).isBetween(1000, 199_000);
    }

    @Test
    void typesInTypesHaveAnEnd() {
        int[] deep = IntStream.range(0, 30_000).map(i -> i % 2 == 0 ? 8 : 2).toArray();
        deep[0] = deep.length;
        deep[1] = 0;
        deep[2] = 1;
        deep[3] = 2;
        assertThatThrownBy(() -> NBit.decode(ByteBuffer.allocate(8), deep, ByteBuffer.allocate(8)))
                .isInstanceOf(DamagedChunkException.class)
                .hasMessageContaining("types in more than 100 others");
    }

    /** Each of 25 compounds has an array of the next, behind which that one is walked through again. */
    @Test
    void whatIsWalkedThroughAgainHasAnEnd() {
        int depth = 25;
        int[] values = IntStream.concat(
                        IntStream.of(0, 0, 1),
                        IntStream.concat(
                                IntStream.range(0, depth)
                                        .flatMap(level ->
                                                IntStream.of(3, depth + 2 - level, 2, 1, 2, depth + 1 - level)),
                                IntStream.of(3, 2, 1, 1, 4, 1, 0, 0, 0, 0)))
                .toArray();
        values[0] = values.length;
        assertThatThrownBy(() -> NBit.decode(ByteBuffer.allocate(8), values, ByteBuffer.allocate(depth + 2)))
                .isInstanceOf(DamagedChunkException.class)
                .hasMessageContaining("a type of more than 100000 parts");
    }
}
