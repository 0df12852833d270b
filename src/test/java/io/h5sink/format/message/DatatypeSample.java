package io.h5sink.format.message;

import io.h5sink.format.message.Datatype.ArrayType;
import io.h5sink.format.message.Datatype.BitFieldType;
import io.h5sink.format.message.Datatype.ComplexType;
import io.h5sink.format.message.Datatype.CompoundMember;
import io.h5sink.format.message.Datatype.CompoundType;
import io.h5sink.format.message.Datatype.EnumerationType;
import io.h5sink.format.message.Datatype.FixedPointType;
import io.h5sink.format.message.Datatype.FloatingPointType;
import io.h5sink.format.message.Datatype.Normalization;
import io.h5sink.format.message.Datatype.NumberOrder;
import io.h5sink.format.message.Datatype.OpaqueType;
import io.h5sink.format.message.Datatype.ReferenceType;
import io.h5sink.format.message.Datatype.StringType;
import io.h5sink.format.message.Datatype.TimeType;
import io.h5sink.format.message.Datatype.VariableLengthType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;

/**
 * A type, and its message as h5py 3.16 has stored it.
 *
 * @param stored the bytes of the message with HDF5's bounds V110; and, if they differ, those with the bounds "earliest" and "latest"
 */
public record DatatypeSample(String name, Datatype type, List<String> stored) {

    static final Datatype INT = Datatype.integer(4, true);
    static final Datatype BOOL =
            new EnumerationType(Datatype.integer(1, true), List.of("FALSE", "TRUE"), bytes("0001"));

    public static final List<DatatypeSample> ALL = List.of(
            new DatatypeSample(
                    "int8",
                    Datatype.integer(1, true),
                    List.of("100800000100000000000800", "10080000010000000000080000000000")),
            new DatatypeSample(
                    "big-endian int16",
                    new FixedPointType(2, NumberOrder.BIG_ENDIAN, false, false, true, 0, 16),
                    List.of("100900000200000000001000", "10090000020000000000100000000000")),
            new DatatypeSample(
                    "uint64",
                    Datatype.integer(8, false),
                    List.of("100000000800000000004000", "10000000080000000000400000000000")),
            new DatatypeSample(
                    "20 bits of 4 bytes",
                    new FixedPointType(4, NumberOrder.BIG_ENDIAN, true, false, false, 5, 20),
                    List.of("100300000400000005001400", "10030000040000000500140000000000")),
            new DatatypeSample(
                    "float16",
                    Datatype.ieee(2, 5),
                    List.of(
                            "11200f0002000000000010000a05000a0f000000",
                            "11200f0002000000000010000a05000a0f00000000000000")),
            new DatatypeSample(
                    "float32",
                    Datatype.ieee(4, 8),
                    List.of(
                            "11201f000400000000002000170800177f000000",
                            "11201f000400000000002000170800177f00000000000000")),
            new DatatypeSample(
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
            new DatatypeSample(
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
            new DatatypeSample(
                    "time",
                    new TimeType(4, NumberOrder.LITTLE_ENDIAN, 32),
                    List.of("12000000040000002000", "12000000040000002000000000000000")),
            new DatatypeSample(
                    "string that ends with NUL",
                    new StringType(5, Datatype.NULL_TERMINATED, Datatype.ASCII),
                    List.of("1300000005000000")),
            new DatatypeSample(
                    "string that is padded with NUL",
                    new StringType(5, Datatype.NULL_PADDED, Datatype.UTF_8),
                    List.of("1311000005000000")),
            new DatatypeSample(
                    "string that is padded with spaces",
                    new StringType(5, Datatype.SPACE_PADDED, Datatype.ASCII),
                    List.of("1302000005000000")),
            new DatatypeSample(
                    "string of variable length",
                    Datatype.text(Datatype.ASCII, 8),
                    List.of(
                            "1901000010000000100000000100000000000800",
                            "190100001000000010000000010000000000080000000000")),
            new DatatypeSample(
                    "UTF-8 string of variable length",
                    new VariableLengthType(16, true, Datatype.SPACE_PADDED, Datatype.UTF_8, Datatype.integer(1, false)),
                    List.of(
                            "1921010010000000100000000100000000000800",
                            "192101001000000010000000010000000000080000000000")),
            new DatatypeSample(
                    "bit field",
                    new BitFieldType(1, NumberOrder.LITTLE_ENDIAN, false, false, 0, 8),
                    List.of("140000000100000000000800", "14000000010000000000080000000000")),
            new DatatypeSample(
                    "big-endian bit field",
                    new BitFieldType(2, NumberOrder.BIG_ENDIAN, false, false, 0, 16),
                    List.of("140100000200000000001000", "14010000020000000000100000000000")),
            new DatatypeSample(
                    "tagged bytes",
                    new OpaqueType(7, "a tag of 17 bytes"),
                    List.of("15180000070000006120746167206f6620313720627974657300000000000000")),
            new DatatypeSample("bytes", new OpaqueType(3, ""), List.of("1500000003000000")),
            new DatatypeSample("object reference", Datatype.objectReference(8), List.of("1700000008000000")),
            new DatatypeSample(
                    "region reference", new ReferenceType(12, ReferenceType.REGION, 0), List.of("170100000c000000")),
            new DatatypeSample(
                    "bool",
                    BOOL,
                    List.of(
                            "380200000100000010080000010000000000080046414c53450054525545000001",
                            "180200000100000010080000010000000000080046414c5345000000545255450000000000010000",
                            "580200000100000010080000010000000000080046414c53450054525545000001")),
            new DatatypeSample(
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
            new DatatypeSample(
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
            new DatatypeSample(
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
            new DatatypeSample(
                    "array",
                    new ArrayType(List.of(2L, 3L, 4L), Datatype.integer(2, true)),
                    List.of(
                            "3a0000003000000003020000000300000004000000100800000200000000001000",
                            "2a0000003000000003000000020000000300000004000000000000000100000002000000100800000200000000001000",
                            "5a0000003000000003020000000300000004000000100800000200000000001000")),
            new DatatypeSample(
                    "sequence",
                    Datatype.sequence(Datatype.ieee(8, 11), 8),
                    List.of(
                            "190000001000000011203f000800000000004000340b0034ff030000",
                            "190000001000000011203f000800000000004000340b0034ff03000000000000")),
            new DatatypeSample(
                    "sequence of compounds",
                    Datatype.sequence(new CompoundType(8, List.of(new CompoundMember("a", 0, INT))), 8),
                    List.of(
                            "39000000100000003601000008000000610000100800000400000000002000",
                            "190000001000000016010000080000006100000000000000000000000000000000000000000000000000000000000000"
                                    + "000000000000000010080000040000000000200000000000",
                            "59000000100000005601000008000000610000100800000400000000002000")),
            new DatatypeSample(
                    "sequence of sequences",
                    Datatype.sequence(Datatype.sequence(INT, 8), 8),
                    List.of(
                            "19000000100000001900000010000000100800000400000000002000",
                            "1900000010000000190000001000000010080000040000000000200000000000")),
            new DatatypeSample(
                    "sequence of strings",
                    Datatype.sequence(Datatype.text(Datatype.ASCII, 8), 8),
                    List.of(
                            "19000000100000001901000010000000100000000100000000000800",
                            "1900000010000000190100001000000010000000010000000000080000000000")),
            new DatatypeSample(
                    "array of enumerations",
                    new ArrayType(List.of(2L), BOOL),
                    List.of(
                            "3a000000020000000102000000380200000100000010080000010000000000080046414c53450054525545000001",
                            "2a00000002000000010000000200000000000000180200000100000010080000010000000000080046414c5345000000"
                                    + "54525545000000000001000000000000",
                            "5a000000020000000102000000580200000100000010080000010000000000080046414c53450054525545000001")),
            new DatatypeSample(
                    "complex number",
                    new ComplexType(8, 1, Datatype.ieee(4, 8)),
                    List.of("5b0100000800000011201f000400000000002000170800177f000000")));

    static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex)).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public String toString() {
        return name;
    }
}
