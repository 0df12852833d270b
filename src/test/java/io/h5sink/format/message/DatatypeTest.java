package io.h5sink.format.message;

import static io.h5sink.format.message.DatatypeSample.BOOL;
import static io.h5sink.format.message.DatatypeSample.INT;
import static io.h5sink.format.message.DatatypeSample.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.format.FormatException;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.message.Datatype.ArrayType;
import io.h5sink.format.message.Datatype.CompoundMember;
import io.h5sink.format.message.Datatype.CompoundType;
import io.h5sink.format.message.Datatype.EnumerationType;
import io.h5sink.format.message.Datatype.HeapReference;
import io.h5sink.format.message.Datatype.ReferenceType;
import io.h5sink.format.message.Datatype.StringType;
import io.h5sink.format.message.Datatype.UnknownType;
import io.h5sink.format.message.Datatype.VariableLengthType;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Datatype messages as h5py 3.16 has stored them. */
class DatatypeTest {

    private static Stream<DynamicTest> each(String what, Consumer<DatatypeSample> test) {
        return DatatypeSample.ALL.stream()
                .map(sample -> DynamicTest.dynamicTest(sample.name() + what, () -> test.accept(sample)));
    }

    @TestFactory
    Stream<DynamicTest> everyVersionOfAMessageIsTheSameType() {
        return each(" of every version", sample -> {
            for (String stored : sample.stored()) {
                assertThat(decode(stored)).isEqualTo(sample.type()).hasSameHashCodeAs(sample.type());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> typesAreStoredAsHdf5StoresThem() {
        return each(" is stored as by HDF5", sample -> {
            for (String stored : sample.stored()) {
                assertThat(hex(decode(stored))).isEqualTo(sample.stored().get(0));
            }
            assertThat(hex(sample.type())).isEqualTo(sample.stored().get(0));
        });
    }

    @TestFactory
    Stream<DynamicTest> theEndOfATypeIsFound() {
        return each(" has an end", sample -> {
            ByteBuffer message = bytes(sample.stored().get(0) + "ffff");
            Datatype.decode(message, 8);
            assertThat(message.remaining()).isEqualTo(2);
        });
    }

    @TestFactory
    Stream<DynamicTest> aCutTypeIsDamage() {
        return each(" that is cut is damage", sample -> {
            String stored = sample.stored().get(0);
            for (int end = 0; end < stored.length(); end += 2) {
                String cut = stored.substring(0, end);
                assertThatThrownBy(() -> decode(cut)).as(cut).isInstanceOf(FormatException.class);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> aDamagedTypeIsDamageOrAnotherType() {
        return each(" with another byte is damage or another type", sample -> {
            for (String stored : sample.stored()) {
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

    private static String hex(Datatype type) {
        FormatOutput out = new FormatOutput();
        type.encode(out);
        return HexFormat.of().formatHex(out.toBuffer().array());
    }
}
