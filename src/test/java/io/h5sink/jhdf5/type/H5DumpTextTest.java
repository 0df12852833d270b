package io.h5sink.jhdf5.type;

import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.filter.Filter;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.Datatype.ComplexType;
import io.h5sink.format.message.DatatypeSample;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.judge.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of h5dump in Java, compared with those of h5dump, and with those of objects that the C library has opened. */
class H5DumpTextTest {

    /** What h5dump 1.10.8 says of the types that are tested. */
    private static final Map<String, String> RECORDED = recorded();

    @TempDir
    Path folder;

    @BeforeAll
    static void load() {
        Library.calls();
    }

    /** Types that HDF5 1.14 can decode. */
    static Stream<DatatypeSample> types() {
        return DatatypeSample.ALL.stream().filter(sample -> !(sample.type() instanceof ComplexType));
    }

    @ParameterizedTest
    @MethodSource("types")
    void aTypeHasTheWordsOfH5dump(DatatypeSample sample) throws Exception {
        assertThat(dumped(sample.stored().get(0))).isEqualTo(H5DumpText.of(sample.type()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "100900000300000000001800", // an unsigned integer of 3 bytes
                "100800000100000000000700", // 7 bits of a byte
                "140000000300000000001800", // a bit field of 3 bytes
                "31410f0002000000000010000a05000a0f000000", // a number in the order of the VAX
                "38020000010000001000000001000000000008004f4c44004e455700ff01", // names of unsigned numbers
                "3601000001000000610a0a09620000100800000100000000000800" // a name of several lines
            })
    void soHaveStrangeTypes(String message) throws Exception {
        assertThat(dumped(message)).isEqualTo(H5DumpText.of(decoded(message)));
    }

    /** The words of h5dump for a committed type, as they were recorded, and as h5dump says them here, where it is. */
    private String dumped(String message) throws Exception {
        String recorded = RECORDED.get(message);
        if (Tool.isPresent("h5dump")) {
            String text = Tool.h5dump("-H", CommittedTypeFile.write(folder, message))
                    .replaceAll("\\s+", " ")
                    .replaceAll("^.* DATATYPE \"t\" (.*?);? } } $", "$1");
            assertThat(recorded).isEqualTo(text);
        }
        return recorded;
    }

    /** Lines of a message, a tab, and the words of h5dump for it. */
    private static Map<String, String> recorded() {
        try (InputStream lines = H5DumpTextTest.class.getResourceAsStream("h5dump.txt")) {
            return new String(Objects.requireNonNull(lines).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("\t"))
                    .collect(Collectors.toMap(words -> words[0], words -> words[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Datatype decoded(String message) {
        return Datatype.decode(
                ByteBuffer.wrap(HexFormat.of().parseHex(message)).order(ByteOrder.LITTLE_ENDIAN), Long.BYTES);
    }

    @Test
    void reservedCodesOfAStringAreUnknown() {
        assertThat(H5DumpText.of(decoded("13f3000005000000")))
                .isEqualTo("H5T_STRING { STRSIZE 5; STRPAD H5T_STR_UNKNOWN; CSET H5T_CSET_UNKNOWN; CTYPE H5T_C_S1; }");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "20 bits of 4 bytes | 4 bytes, bits 5 to 24 used",
                "float16 | 2 bytes, sign in bit 15, exponent in bits 10 to 14 with bias 15, fraction in bits 0 to 9",
                "big-endian bit field | 2 bytes, bits 0 to 15 used",
                "tagged bytes | 7 bytes",
                "enumeration | 2 bytes of 2 bytes, bits 0 to 15 used",
                "array | 48 bytes of 2 bytes, bits 0 to 15 used",
                "UTF-8 string of variable length | 16 bytes",
                "sequence of compounds | 16 bytes of 8 bytes: \"a\" at byte 0 (4 bytes, bits 0 to 31 used)",
            })
    void placesAreThoseOfAllParts(String sample, String places) {
        Datatype type = DatatypeSample.ALL.stream()
                .filter(one -> one.name().equals(sample))
                .findFirst()
                .orElseThrow()
                .type();
        assertThat(H5DumpText.places(type)).isEqualTo(places);
    }

    @Test
    void complexNumbersHaveTheWordsOfALaterH5dump() {
        assertThat(H5DumpText.of(new ComplexType(8, 1, Datatype.ieee(4, 8))))
                .isEqualTo("H5T_COMPLEX { H5T_IEEE_F32LE }");
    }

    @Test
    void soHaveSpaces() throws Exception {
        long unlimited = HDF5Constants.H5S_UNLIMITED;
        try (Handle none = Handle.space(H5.H5Screate(HDF5Constants.H5S_NULL));
                Handle scalar = Handle.space(H5.H5Screate(HDF5Constants.H5S_SCALAR));
                Handle fixed = Handle.space(H5.H5Screate_simple(2, new long[] {3, 0}, null));
                Handle growing = Handle.space(H5.H5Screate_simple(2, new long[] {3, 4}, new long[] {unlimited, 5}))) {
            assertThat(H5DumpText.space(new Dataspace(Dataspace.Kind.NULL, List.of(), List.of())))
                    .isEqualTo(ObjectText.space(none.id));
            assertThat(H5DumpText.space(Dataspace.scalar())).isEqualTo(ObjectText.space(scalar.id));
            assertThat(H5DumpText.space(Dataspace.fixed(List.of(3L, 0L)))).isEqualTo(ObjectText.space(fixed.id));
            assertThat(H5DumpText.space(
                            new Dataspace(Dataspace.Kind.SIMPLE, List.of(3L, 4L), List.of(Dataspace.UNLIMITED, 5L))))
                    .isEqualTo(ObjectText.space(growing.id));
        }
    }

    @Test
    void soHasStorage() throws Exception {
        List<Filter> filters = List.of(
                new Filter(Filter.SHUFFLE, Filter.OPTIONAL, List.of()),
                new Filter(Filter.GZIP, Filter.OPTIONAL, List.of(7)),
                new Filter(Filter.FLETCHER32, Filter.MANDATORY, List.of()),
                new Filter(Filter.N_BIT, Filter.OPTIONAL, List.of(1, 2)),
                new Filter(Filter.SCALE_OFFSET, Filter.OPTIONAL, List.of(2, 3)),
                new Filter(Filter.SZIP, Filter.OPTIONAL, List.of(4 | 32 | 8, 16)),
                new Filter(Filter.SZIP, Filter.OPTIONAL, List.of(1 | 16 | 128, 8)),
                new Filter(40000, Filter.OPTIONAL, List.of(1, -2)));
        long[] chunk = {8, 3};
        ByteBuffer nothing = ByteBuffer.allocate(0);
        try (Handle creation = Handle.properties(HDF5Constants.H5P_DATASET_CREATE)) {
            assertThat(H5DumpText.storage(DataLayout.contiguous(0, 8))).isEqualTo(ObjectText.storage(creation.id));
            H5.H5Pset_layout(creation.id, HDF5Constants.H5D_COMPACT);
            assertThat(H5DumpText.storage(DataLayout.compact(nothing))).isEqualTo(ObjectText.storage(creation.id));
            H5.H5Pset_chunk(creation.id, 2, chunk);
            assertThat(H5DumpText.chunks(chunk, List.of())).isEqualTo(ObjectText.storage(creation.id));
            for (Filter filter : filters) {
                LibraryFilters.set(creation.id, List.of(filter));
            }
            assertThat(H5DumpText.chunks(chunk, filters)).isEqualTo(ObjectText.storage(creation.id));
        }
        assertThat(H5DumpText.storage(new DataLayout(4, 3, nothing)))
                .isEqualTo("STORAGE_LAYOUT { VIRTUAL } FILTERS { NONE }");
        assertThat(H5DumpText.filters(List.of(new Filter(40000, 1, List.of(1))), List.of("its name")))
                .isEqualTo("USER_DEFINED_FILTER { FILTER_ID 40000 COMMENT its name PARAMS { 1 } }");
    }

    @Test
    void soHaveFillValues() throws Exception {
        int[] times = {
            HDF5Constants.H5D_FILL_TIME_ALLOC, HDF5Constants.H5D_FILL_TIME_NEVER, HDF5Constants.H5D_FILL_TIME_IFSET
        };
        for (int i = 0; i < times.length; i++) {
            try (Handle creation = Handle.properties(HDF5Constants.H5P_DATASET_CREATE)) {
                H5.H5Pset_fill_time(creation.id, times[i]);
                assertThat(H5DumpText.fill(i, true)).isEqualTo(ObjectText.fill(creation.id));
                H5.H5Pset_fill_value(creation.id, HDF5Constants.H5T_NATIVE_INT, (byte[]) null);
                assertThat(H5DumpText.fill(i, false)).isEqualTo(ObjectText.fill(creation.id));
            }
        }
    }

    @Test
    void soHaveObjects() throws Exception {
        long file = H5.H5Fcreate(
                folder.resolve("objects.h5").toString(),
                HDF5Constants.H5F_ACC_TRUNC,
                HDF5Constants.H5P_DEFAULT,
                HDF5Constants.H5P_DEFAULT);
        try (Handle type = Handle.type(H5.H5Tcopy(HDF5Constants.H5T_STD_I16BE));
                Handle space = Handle.space(H5.H5Screate_simple(1, new long[] {3}, null))) {
            Datatype same = DatatypeSample.ALL.get(1).type();
            Dataspace three = Dataspace.fixed(List.of(3L));
            assertThat(H5DumpText.dataset(same, three)).isEqualTo(ObjectText.dataset(type.id, space.id));
            H5.H5Tcommit(
                    file,
                    "a type",
                    type.id,
                    HDF5Constants.H5P_DEFAULT,
                    HDF5Constants.H5P_DEFAULT,
                    HDF5Constants.H5P_DEFAULT);
            long dataset = H5.H5Dcreate(
                    file,
                    "d",
                    type.id,
                    space.id,
                    HDF5Constants.H5P_DEFAULT,
                    HDF5Constants.H5P_DEFAULT,
                    HDF5Constants.H5P_DEFAULT);
            long group = H5.H5Gopen(file, "/", HDF5Constants.H5P_DEFAULT);

            assertThat(H5DumpText.committed("/a type", same)).isEqualTo(ObjectText.of("/a type", type.id));
            String content = H5DumpText.dataset(same, "/a type", three);
            assertThat(H5DumpText.dataset("/d", content)).isEqualTo(ObjectText.of("/d", dataset));
            assertThat(H5DumpText.group("/")).isEqualTo(ObjectText.of("/", group));
            assertThat(H5DumpText.group("/a", "b/c/d", content))
                    .isEqualTo("GROUP \"/a\" { GROUP \"b\" { GROUP \"c\" { DATASET \"d\" { " + content + " } } } }");

            H5.H5Dclose(dataset);
            H5.H5Gclose(group);
        } finally {
            H5.H5Fclose(file);
        }
    }
}
