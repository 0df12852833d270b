package io.h5sink.jhdf5.type;

import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.Datatype.ComplexType;
import io.h5sink.format.message.Datatype.CompoundType;
import io.h5sink.format.message.DatatypeSample;
import io.h5sink.hdf5.type.ColumnDatatypes;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.LibraryDatatype;
import io.h5sink.schema.ColumnType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Types of the C library and the same types in Java. */
class LibraryDatatypeTest {

    private record Both(Datatype inJava, Handle inLibrary) {}

    private final List<Both> types = new ArrayList<>();

    @TempDir
    Path folder;

    @BeforeAll
    static void load() {
        Library.calls();
    }

    @AfterEach
    void close() throws HDF5Exception {
        for (Both type : types) {
            type.inLibrary.close();
        }
    }

    static Stream<DatatypeSample> samples() {
        return DatatypeSample.ALL.stream().filter(sample -> !(sample.type() instanceof ComplexType));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aTypeOfTheLibraryIsTheTypeOfTheMessage(DatatypeSample sample) throws Exception {
        if (sample.type() instanceof CompoundType && !sample.type().references().isEmpty()) {
            return; // offsets in memory are others
        }
        CommittedTypeFile.open(
                folder,
                sample.stored().get(0),
                type -> assertThat(LibraryDatatype.of(type)).isEqualTo(sample.type()));
    }

    @ParameterizedTest
    @MethodSource("io.h5sink.jhdf5.type.ColumnDatatypesTest#columns")
    void soIsTheTypeOfAColumn(ColumnType column) throws Exception {
        try (Handle type = Types.of(column)) {
            assertThat(LibraryDatatype.of(type.id)).isEqualTo(ColumnDatatypes.of(column));
        }
    }

    @Test
    void typesAreEqualIfTheLibrarySaysSo() throws Exception {
        for (DatatypeSample sample : samples().toList()) {
            CommittedTypeFile.open(
                    folder,
                    sample.stored().get(0),
                    type -> types.add(new Both(sample.type(), Handle.type(H5.H5Tcopy(type)))));
        }
        for (ColumnType column : ColumnDatatypesTest.columns().toList()) {
            types.add(new Both(ColumnDatatypes.of(column), Types.of(column)));
        }
        int equal = 0;
        for (Both one : types) {
            for (Both other : types) {
                boolean same = Types.same(one.inLibrary.id, other.inLibrary.id);
                assertThat(one.inJava.equals(other.inJava))
                        .as("%s equals %s", one.inJava, other.inJava)
                        .isEqualTo(same);
                equal += same ? 1 : 0;
            }
        }
        assertThat(equal).isGreaterThan(types.size());
    }
}
