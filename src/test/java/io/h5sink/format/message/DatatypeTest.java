package io.h5sink.format.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.format.FormatException;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.message.Datatype.ArrayType;
import io.h5sink.format.message.Datatype.BitFieldType;
import io.h5sink.format.message.Datatype.ComplexType;
import io.h5sink.format.message.Datatype.CompoundMember;
import io.h5sink.format.message.Datatype.CompoundType;
import io.h5sink.format.message.Datatype.EnumerationType;
import io.h5sink.format.message.Datatype.FixedPointType;
import io.h5sink.format.message.Datatype.FloatingPointType;
import io.h5sink.format.message.Datatype.HeapReference;
import io.h5sink.format.message.Datatype.Normalization;
import io.h5sink.format.message.Datatype.NumberOrder;
import io.h5sink.format.message.Datatype.OpaqueType;
import io.h5sink.format.message.Datatype.ReferenceType;
import io.h5sink.format.message.Datatype.StringType;
import io.h5sink.format.message.Datatype.TimeType;
import io.h5sink.format.message.Datatype.UnknownType;
import io.h5sink.format.message.Datatype.VariableLengthType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Datatype messages as h5py 3.16 has stored them. */
class DatatypeTest {

    /**
     * A type.
     *
     * @param stored the bytes of the message with HDF5's bounds V110; and, if they differ, those with the bounds "earliest" and "latest"
     */
    private record Sample(String name, Datatype type, List<String> stored) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static final Datatype INT = Datatype.integer(4, true);
    private static final Datatype BOOL =
            new EnumerationType(Datatype.integer(1, true), List.of("FALSE", "TRUE"), bytes("0001"));

    private static final List<Sample> SAMPLES = List.of(
            new Sample(
                    "int8",
                    Datatype.integer(1, true),
                    List.of("100800000100000000000800", "10080000010000000000080000000000")),
            new Sample(
                    "big-endian int16",
                    new FixedPointType(2, NumberOrder.BIG_ENDIAN, false, false, true, 0, 16),
                    List.of("100900000200000000001000", "10090000020000000000100000000000")),
            new Sample(
                    "uint64",
                    Datatype.integer(8, false),
                    List.of("100000000800000000004000", "10000000080000000000400000000000")),
            new Sample(
                    "20 bits of 4 bytes",
                    new FixedPointType(4, NumberOrder.BIG_ENDIAN, true, false, false, 5, 20),
                    List.of("100300000400000005001400", "10030000040000000500140000000000")),
            new Sample(
                    "float16",
                    Datatype.ieee(2, 5),
                    List.of(
                            "11200f0002000000000010000a05000a0f000000",
                            "11200f0002000000000010000a05000a0f00000000000000")),
            new Sample(
                    "float32",
                    Datatype.ieee(4, 8),
                    List.of(
                            "11201f000400000000002000170800177f000000",
                            "11201f000400000000002000170800177f00000000000000")),
            new Sample(
                    "big-endian float64",
                    new FloatingPointType(
                            8,
                            NumberOrder.BIG_ENDIAN,
                            false,
                            false,
                            false,
                            Normalization.IMPLIED,
                            63,
                            0,
                            64,
                            52,
                            11,
                            0,
                            52,
                            1023),
                    List.of(
                            "11213f000800000000004000340b0034ff030000",
                            "11213f000800000000004000340b0034ff03000000000000")),
            new Sample(
                    "long double of x86",
                    new FloatingPointType(
                            16,
                            NumberOrder.LITTLE_ENDIAN,
                            false,
                            false,
                            false,
                            Normalization.NONE,
                            79,
                            0,
                            80,
                            64,
                            15,
                            0,
                            64,
                            16383),
                    List.of(
                            "11004f001000000000005000400f0040ff3f0000",
                            "11004f001000000000005000400f0040ff3f000000000000")),
            new Sample(
                    "time",
                    new TimeType(4, NumberOrder.LITTLE_ENDIAN, 32),
                    List.of("12000000040000002000", "12000000040000002000000000000000")),
            new Sample(
                    "string that ends with NUL",
                    new StringType(5, Datatype.NULL_TERMINATED, Datatype.ASCII),
                    List.of("1300000005000000")),
            new Sample(
                    "string that is padded with NUL",
                    new StringType(5, Datatype.NULL_PADDED, Datatype.UTF_8),
                    List.of("1311000005000000")),
            new Sample(
                    "string that is padded with spaces",
                    new StringType(5, Datatype.SPACE_PADDED, Datatype.ASCII),
                    List.of("1302000005000000")),
            new Sample(
                    "string of variable length",
                    Datatype.text(Datatype.ASCII, 8),
                    List.of(
                            "1901000010000000100000000100000000000800",
                            "190100001000000010000000010000000000080000000000")),
            new Sample(
                    "UTF-8 string of variable length",
                    new VariableLengthType(16, true, Datatype.SPACE_PADDED, Datatype.UTF_8, Datatype.integer(1, false)),
                    List.of(
                            "1921010010000000100000000100000000000800",
                            "192101001000000010000000010000000000080000000000")),
            new Sample(
                    "bit field",
                    new BitFieldType(1, NumberOrder.LITTLE_ENDIAN, false, false, 0, 8),
                    List.of("140000000100000000000800", "14000000010000000000080000000000")),
            new Sample(
                    "big-endian bit field",
                    new BitFieldType(2, NumberOrder.BIG_ENDIAN, false, false, 0, 16),
                    List.of("140100000200000000001000", "14010000020000000000100000000000")),
            new Sample(
                    "tagged bytes",
                    new OpaqueType(7, "a tag of 17 bytes"),
                    List.of("15180000070000006120746167206f6620313720627974657300000000000000")),
            new Sample("bytes", new OpaqueType(3, ""), List.of("1500000003000000")),
            new Sample("object reference", Datatype.objectReference(8), List.of("1700000008000000")),
            new Sample("region reference", new ReferenceType(12, ReferenceType.REGION, 0), List.of("170100000c000000")),
            new Sample(
                    "bool",
                    BOOL,
                    List.of(
                            "380200000100000010080000010000000000080046414c53450054525545000001",
                            "180200000100000010080000010000000000080046414c5345000000545255450000000000010000",
                            "580200000100000010080000010000000000080046414c53450054525545000001")),
            new Sample(
                    "enumeration",
                    new EnumerationType(
                            new FixedPointType(2, NumberOrder.BIG_ENDIAN, false, false, true, 0, 16),
                            List.of("RED", "Grün", "eight888"),
                            bytes("0001fffe012c")),
                    List.of(
                            "3803000002000000100900000200000000001000524544004772c3bc6e006569676874383838000001fffe012c",
                            "180300000200000010090000020000000000100052454400000000004772c3bc6e000000656967687438383800000000"
                                    + "000000000001fffe012c000000000000",
                            "5803000002000000100900000200000000001000524544004772c3bc6e006569676874383838000001fffe012c")),
            new Sample(
                    "compound",
                    new CompoundType(
                            24,
                            List.of(
                                    new CompoundMember("a", 0, INT),
                                    new CompoundMember("längster Name", 8, Datatype.ieee(8, 11)),
                                    new CompoundMember("xxxxxxx", 20, Datatype.integer(1, true)))),
                    List.of(
                            "36030000180000006100001008000004000000000020006cc3a46e6773746572204e616d65000811203f000800000000"
                                    + "004000340b0034ff030000787878787878780014100800000100000000000800",
                            "160300001800000061000000000000000000000000000000000000000000000000000000000000000000000000000000"
                                    + "1008000004000000000020006cc3a46e6773746572204e616d6500000800000000000000000000000000000000000000"
                                    + "00000000000000000000000011203f000800000000004000340b0034ff03000078787878787878001400000000000000"
                                    + "00000000000000000000000000000000000000000000000010080000010000000000080000000000",
                            "56030000180000006100001008000004000000000020006cc3a46e6773746572204e616d65000811203f000800000000"
                                    + "004000340b0034ff030000787878787878780014100800000100000000000800")),
            new Sample(
                    "compound of everything",
                    new CompoundType(
                            600,
                            List.of(
                                    new CompoundMember("n", 0, new ArrayType(List.of(3L, 2L), Datatype.ieee(4, 8))),
                                    new CompoundMember("v", 300, Datatype.sequence(INT, 8)),
                                    new CompoundMember(
                                            "in",
                                            400,
                                            new CompoundType(
                                                    16,
                                                    List.of(new CompoundMember("r", 4, Datatype.objectReference(8))))),
                                    new CompoundMember("e", 500, BOOL))),
                    List.of(
                            "36040000580200006e0000003a0000001800000002030000000200000011201f000400000000002000170800177f0000"
                                    + "0076002c011900000010000000100800000400000000002000696e009001360100001000000072000417000000080000"
                                    + "006500f401380200000100000010080000010000000000080046414c53450054525545000001",
                            "26040000580200006e00000000000000000000002a000000180000000200000003000000020000000000000001000000"
                                    + "11201f000400000000002000170800177f00000076000000000000002c01000019000000100000001008000004000000"
                                    + "00002000696e000000000000900100001601000010000000720000000000000004000000000000000000000000000000"
                                    + "0000000000000000000000000000000017000000080000006500000000000000f4010000180200000100000010080000"
                                    + "010000000000080046414c534500000054525545000000000001000000000000",
                            "56040000580200006e0000005a0000001800000002030000000200000011201f000400000000002000170800177f0000"
                                    + "0076002c011900000010000000100800000400000000002000696e009001560100001000000072000417000000080000"
                                    + "006500f401580200000100000010080000010000000000080046414c53450054525545000001")),
            new Sample(
                    "array",
                    new ArrayType(List.of(2L, 3L, 4L), Datatype.integer(2, true)),
                    List.of(
                            "3a0000003000000003020000000300000004000000100800000200000000001000",
                            "2a0000003000000003000000020000000300000004000000000000000100000002000000100800000200000000001000",
                            "5a0000003000000003020000000300000004000000100800000200000000001000")),
            new Sample(
                    "sequence",
                    Datatype.sequence(Datatype.ieee(8, 11), 8),
                    List.of(
                            "190000001000000011203f000800000000004000340b0034ff030000",
                            "190000001000000011203f000800000000004000340b0034ff03000000000000")),
            new Sample(
                    "sequence of compounds",
                    Datatype.sequence(new CompoundType(8, List.of(new CompoundMember("a", 0, INT))), 8),
                    List.of(
                            "39000000100000003601000008000000610000100800000400000000002000",
                            "190000001000000016010000080000006100000000000000000000000000000000000000000000000000000000000000"
                                    + "000000000000000010080000040000000000200000000000",
                            "59000000100000005601000008000000610000100800000400000000002000")),
            new Sample(
                    "sequence of sequences",
                    Datatype.sequence(Datatype.sequence(INT, 8), 8),
                    List.of(
                            "19000000100000001900000010000000100800000400000000002000",
                            "1900000010000000190000001000000010080000040000000000200000000000")),
            new Sample(
                    "sequence of strings",
                    Datatype.sequence(Datatype.text(Datatype.ASCII, 8), 8),
                    List.of(
                            "19000000100000001901000010000000100000000100000000000800",
                            "1900000010000000190100001000000010000000010000000000080000000000")),
            new Sample(
                    "array of enumerations",
                    new ArrayType(List.of(2L), BOOL),
                    List.of(
                            "3a000000020000000102000000380200000100000010080000010000000000080046414c53450054525545000001",
                            "2a00000002000000010000000200000000000000180200000100000010080000010000000000080046414c5345000000"
                                    + "54525545000000000001000000000000",
                            "5a000000020000000102000000580200000100000010080000010000000000080046414c53450054525545000001")),
            new Sample(
                    "complex number",
                    new ComplexType(8, 1, Datatype.ieee(4, 8)),
                    List.of("5b0100000800000011201f000400000000002000170800177f000000")));

    private static Stream<DynamicTest> each(String what, Consumer<Sample> test) {
        return SAMPLES.stream().map(sample -> DynamicTest.dynamicTest(sample.name + what, () -> test.accept(sample)));
    }

    @TestFactory
    Stream<DynamicTest> everyVersionOfAMessageIsTheSameType() {
        return each(" of every version", sample -> {
            for (String stored : sample.stored) {
                assertThat(decode(stored)).isEqualTo(sample.type).hasSameHashCodeAs(sample.type);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> typesAreStoredAsHdf5StoresThem() {
        return each(" is stored as by HDF5", sample -> {
            for (String stored : sample.stored) {
                assertThat(hex(decode(stored))).isEqualTo(sample.stored.get(0));
            }
            assertThat(hex(sample.type)).isEqualTo(sample.stored.get(0));
        });
    }

    @TestFactory
    Stream<DynamicTest> theEndOfATypeIsFound() {
        return each(" has an end", sample -> {
            ByteBuffer message = bytes(sample.stored.get(0) + "ffff");
            Datatype.decode(message, 8);
            assertThat(message.remaining()).isEqualTo(2);
        });
    }

    @TestFactory
    Stream<DynamicTest> aCutTypeIsDamage() {
        return each(" that is cut is damage", sample -> {
            String stored = sample.stored.get(0);
            for (int end = 0; end < stored.length(); end += 2) {
                String cut = stored.substring(0, end);
                assertThatThrownBy(() -> decode(cut)).as(cut).isInstanceOf(FormatException.class);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> aDamagedTypeIsDamageOrAnotherType() {
        return each(" with another byte is damage or another type", sample -> {
            for (String stored : sample.stored) {
                for (int at = 0; at < stored.length() / 2; at++) {
                    for (int value = 0; value < 256; value++) {
                        damaged(bytes(stored).put(at, (byte) value));
                    }
                }
            }
        });
    }

    private static void damaged(ByteBuffer message) {
        Datatype type;
        try {
            type = Datatype.decode(message, 8);
        } catch (FormatException e) {
            assertThat(e.what()).isNotEmpty();
            return;
        }
        assertThat(type.size()).isPositive();
        assertThat(type.references()).allMatch(reference -> reference.offset() < type.size());
        assertThat(decode(hex(type))).isEqualTo(type).hasToString(type.toString());
    }

    @Test
    void referencesToTheHeapAreFoundInsideOtherTypes() {
        Datatype region = new ReferenceType(12, ReferenceType.REGION, 0);
        Datatype inner = new CompoundType(
                32,
                List.of(
                        new CompoundMember("number", 0, INT),
                        new CompoundMember("text", 4, Datatype.text(Datatype.UTF_8, 8)),
                        new CompoundMember("region", 20, region)));

        assertThat(new ArrayType(List.of(2L), inner).references())
                .containsExactly(
                        new HeapReference(4, Datatype.integer(1, false)),
                        new HeapReference(20, null),
                        new HeapReference(36, Datatype.integer(1, false)),
                        new HeapReference(52, null));
        assertThat(Datatype.sequence(inner, 8).references()).containsExactly(new HeapReference(0, inner));
    }

    @Test
    void theOrderOfMembersDoesNotMatter() {
        CompoundMember a = new CompoundMember("a", 0, INT);
        CompoundMember b = new CompoundMember("b", 4, INT);

        assertThat(new CompoundType(8, List.of(a, b))).isEqualTo(new CompoundType(8, List.of(b, a)));
        assertThat(new CompoundType(8, List.of(a, b))).isNotEqualTo(new CompoundType(9, List.of(a, b)));
        assertThat(new CompoundType(8, List.of(a, b))).isNotEqualTo(new CompoundType(8, List.of(a)));
        assertThat(BOOL)
                .isEqualTo(new EnumerationType(Datatype.integer(1, true), List.of("TRUE", "FALSE"), bytes("0100")))
                .isNotEqualTo(new EnumerationType(Datatype.integer(1, true), List.of("TRUE", "FALSE"), bytes("0001")))
                .isNotEqualTo(new EnumerationType(Datatype.integer(1, false), List.of("FALSE", "TRUE"), bytes("0001")));
    }

    @Test
    void thePaddingMattersForStringsOfFixedLengthOnly() {
        assertThat(new StringType(4, Datatype.NULL_PADDED, Datatype.UTF_8))
                .isNotEqualTo(new StringType(4, Datatype.NULL_TERMINATED, Datatype.UTF_8))
                .isNotEqualTo(new StringType(4, Datatype.NULL_PADDED, Datatype.ASCII))
                .isNotEqualTo(new StringType(5, Datatype.NULL_PADDED, Datatype.UTF_8));
        assertThat(Datatype.text(Datatype.UTF_8, 8))
                .isEqualTo(new VariableLengthType(16, true, Datatype.SPACE_PADDED, Datatype.UTF_8, INT))
                .isEqualTo(Datatype.text(Datatype.UTF_8, 4))
                .isNotEqualTo(Datatype.text(Datatype.ASCII, 8))
                .isNotEqualTo(Datatype.sequence(Datatype.integer(1, false), 8));
    }

    @Test
    void namesThatAreNotUtf8KeepTheirBytes() {
        String stored = "3601000004000000" + "e400" + "00" + "100800000400000000002000";

        assertThat(hex(decode(stored))).isEqualTo(stored);
    }

    @Test
    void aMemberOfTheFirstVersionWithAxesIsAnArray() {
        String member = "6100000000000000" + "00000000" + "02000000" + "00000000" + "00000000" + "03000000" + "02000000"
                + "00000000" + "00000000" + "100800000400000000002000";

        assertThat(decode("1601000018000000" + member))
                .isEqualTo(new CompoundType(
                        24, List.of(new CompoundMember("a", 0, new ArrayType(List.of(3L, 2L), INT)))));
        assertThatThrownBy(() -> decode("1601000017000000" + member))
                .hasMessage("a member of a compound of 23 bytes ends at byte 24");
    }

    @Test
    void classesOfLaterVersionsKeepTheirBytes() {
        String later = "5c01020308000000" + "0102030405";
        String inside = "3601000008000000" + "6100" + "00" + later;

        assertThat(decode(later)).isEqualTo(new UnknownType(12, 8, bytes(later)));
        assertThat(hex(decode(later))).isEqualTo(later);
        assertThat(decode(inside)).isEqualTo(new UnknownType(6, 8, bytes(inside)));
        assertThat(hex(decode(inside))).isEqualTo(inside);
    }

    @Test
    void referencesOfHdf5112AreKept() {
        String stored = "4712000040000000";

        assertThat(decode(stored)).isEqualTo(new ReferenceType(64, 2, 1));
        assertThat(hex(decode(stored))).isEqualTo(stored);
    }

    @Test
    void damageIsNamed() {
        assertThatThrownBy(() -> decode("100800000000000000000800")).hasMessage("a type has no size");
        assertThatThrownBy(() -> decode("000800000100000000000800")).hasMessage("a type has version 0");
        assertThatThrownBy(() -> decode("100800000100000000000900")).hasMessage("a number of 1 bytes has bits 0+9");
        assertThatThrownBy(() -> decode("1701000008000000")).hasMessage("a reference to a region has 8 bytes");
        assertThatThrownBy(() -> decode("1900000010000000".repeat(66) + "100800000400000000002000"))
                .hasMessage("a type is nested more than 64 times");
    }

    private static Datatype decode(String hex) {
        return Datatype.decode(bytes(hex), 8);
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String hex(Datatype type) {
        FormatOutput out = new FormatOutput();
        type.encode(out);
        return HexFormat.of().formatHex(out.toBuffer().array());
    }
}
