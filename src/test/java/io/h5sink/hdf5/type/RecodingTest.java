package io.h5sink.hdf5.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.Datatype.ArrayType;
import io.h5sink.format.message.Datatype.BitFieldType;
import io.h5sink.format.message.Datatype.CompoundMember;
import io.h5sink.format.message.Datatype.CompoundType;
import io.h5sink.format.message.Datatype.EnumerationType;
import io.h5sink.format.message.Datatype.FixedPointType;
import io.h5sink.format.message.Datatype.NumberOrder;
import io.h5sink.format.message.Datatype.OpaqueType;
import io.h5sink.format.message.Datatype.StringType;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ColumnType.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Rows for datasets of other types; the tests of appending to such datasets have more of them. */
class RecodingTest {

    private static final Datatype BIG_INT16 = new FixedPointType(2, NumberOrder.BIG_ENDIAN, false, false, true, 0, 16);

    @Test
    void numbersGetAnotherWidthAndOrder() {
        assertThat(fixed(ColumnType.scalar(Kind.INT32), BIG_INT16, 2, "fffffffffe7f0000"))
                .isEqualTo("ffff7ffe");
        assertThat(fixed(ColumnType.scalar(Kind.FLOAT64), BIG_INT16, 1, "000000000000f03f"))
                .isEqualTo("0001");
        assertThatThrownBy(() -> fixed(ColumnType.scalar(Kind.INT32), BIG_INT16, 2, "0100000000800000"))
                .isInstanceOfSatisfying(RecodedElement.Unfit.class, unfit -> {
                    assertThat(unfit.expected).isEqualTo("a number that H5T_STD_I16BE holds");
                    assertThat(unfit.actual).isEqualTo("32768");
                });
    }

    @Test
    void numbersThatDoNotUseAllBitsAreNoNumbersHere() {
        Datatype bits = new FixedPointType(2, NumberOrder.LITTLE_ENDIAN, false, false, true, 0, 12);

        assertThat(Recoding.of(ColumnType.scalar(Kind.INT8), bits)).isNull();
        assertThat(Recoding.of(ColumnType.scalar(Kind.INT8), new OpaqueType(1, "")))
                .isNull();
    }

    @Test
    void namesKeepTheirNames() {
        Datatype there = new EnumerationType(BIG_INT16, List.of("B", "C", "A"), bytes("000100020102"));

        assertThat(fixed(ColumnType.enumeration(List.of("A", "B")), there, 2, "0100"))
                .isEqualTo("00010102");
        assertThat(Recoding.of(ColumnType.enumeration(List.of("A", "D")), there))
                .isNull();
    }

    @Test
    void truthIsABitOfPyTables() {
        Datatype bit = new BitFieldType(1, NumberOrder.LITTLE_ENDIAN, false, false, 0, 8);

        assertThat(fixed(ColumnType.scalar(Kind.BOOL), bit, 2, "0100")).isEqualTo("0100");
    }

    @Test
    void stringsArePadded() {
        Datatype spaces = new StringType(4, Datatype.SPACE_PADDED, Datatype.ASCII);

        assertThat(fixed(ColumnType.fixedString(3), spaces, 1, "616200")).isEqualTo("61622020");
        assertThatThrownBy(() -> fixed(ColumnType.fixedString(3), spaces, 1, "c3a400"))
                .hasMessageContaining("a string of ASCII");
        Recoding recoding = Objects.requireNonNull(Recoding.of(ColumnType.scalar(Kind.STRING), spaces));
        assertThat(recoding.fixes()).isTrue();
        assertThat(hex(recoding.fixedText(2, bytes("616200" + "6300")))).isEqualTo("6162202063202020");
    }

    @Test
    void membersAreFoundByTheirNames() {
        Datatype there = new CompoundType(
                12,
                List.of(
                        new CompoundMember("b", 2, BIG_INT16),
                        new CompoundMember("a", 6, new ArrayType(List.of(2L), BIG_INT16))));
        ColumnType column = ColumnType.compound(List.of(
                new ColumnType.Member("a", ColumnType.scalar(Kind.INT8).shaped(List.of(2)), 0),
                new ColumnType.Member("b", ColumnType.scalar(Kind.INT8), 2)));

        assertThat(fixed(column, there, 1, "010203")).isEqualTo("0000" + "0003" + "0000" + "0001" + "0002" + "0000");
    }

    @Test
    void sequencesKeepTheirLengths() {
        ColumnType column = ColumnType.scalar(Kind.INT8).anyNumber();
        Recoding recoding = Objects.requireNonNull(Recoding.of(column, Datatype.sequence(BIG_INT16, 8)));

        Recoding.Varying rows = recoding.varying(2, bytes("010203"), IntBuffer.wrap(new int[] {0, 1, 3}));

        assertThat(hex(rows.data())).isEqualTo("000100020003");
        assertThat(rows.starts()).isEqualTo(IntBuffer.wrap(new int[] {0, 2, 6}));
        assertThat(Recoding.of(column, Datatype.text(Datatype.UTF_8, 8))).isNull();
    }

    private static String fixed(ColumnType column, Datatype there, int rows, String data) {
        return hex(Objects.requireNonNull(Recoding.of(column, there)).fixed(rows, bytes(data)));
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String hex(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
