package io.h5sink.jhdf5.type;

import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.format.message.ObjectHeader.Message;
import io.h5sink.hdf5.type.ColumnDatatypes;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Named;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ColumnType.Kind;
import io.h5sink.schema.ColumnType.Member;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The types of columns in Java, compared with those that the C library stores. */
class ColumnDatatypesTest {

    @TempDir
    Path folder;

    static Stream<ColumnType> columns() {
        List<ColumnType> elements = Stream.concat(
                        Stream.of(Kind.values())
                                .filter(kind -> kind == Kind.STRING
                                        || ColumnType.scalar(kind).elementBytes() > 0 && kind != Kind.ENUM)
                                .map(ColumnType::scalar),
                        Stream.of(
                                ColumnType.fixedString(17),
                                ColumnType.opaque(5),
                                names(2),
                                names(128),
                                names(129),
                                ColumnType.enumeration(List.of("grün", "größer")),
                                compound()))
                .toList();
        return elements.stream()
                .flatMap(type -> type.kind() == Kind.STRING
                        ? Stream.of(type)
                        : Stream.of(type, type.shaped(List.of(3, 2)), type.anyNumber()));
    }

    private static ColumnType names(int count) {
        return ColumnType.enumeration(
                IntStream.range(0, count).mapToObj(i -> "name" + i).toList());
    }

    private static ColumnType compound() {
        ColumnType inner = ColumnType.compound(List.of(
                new Member("number", ColumnType.scalar(Kind.INT16), 0),
                new Member("häufig", ColumnType.scalar(Kind.BOOL), 2)));
        return ColumnType.compound(List.of(
                new Member("a", ColumnType.scalar(Kind.FLOAT64), 0),
                new Member("shaped", ColumnType.scalar(Kind.UINT8).shaped(List.of(20, 20)), 8),
                new Member("inner", inner, 408),
                new Member("inners", inner.shaped(List.of(4)), 411)));
    }

    @ParameterizedTest
    @MethodSource("columns")
    void aColumnsTypeIsStoredAsHdf5StoresIt(ColumnType column) throws Exception {
        ByteBuffer stored = stored(() -> Types.of(column));

        assertThat(hex(ColumnDatatypes.of(column))).isEqualTo(HexFormat.of().formatHex(stored.array()));
        assertThat(Datatype.decode(stored, Long.BYTES)).isEqualTo(ColumnDatatypes.of(column));
    }

    @Test
    void otherTypesAreStoredAsHdf5StoresThem() throws Exception {
        long reference = HDF5Constants.H5T_STD_REF_OBJ;

        assertThat(hex(ColumnDatatypes.text(Long.BYTES)))
                .isEqualTo(HexFormat.of().formatHex(stored(Types::text).array()));
        assertThat(hex(ColumnDatatypes.int64()))
                .isEqualTo(HexFormat.of()
                        .formatHex(stored(() -> Handle.type(H5.H5Tcopy(HDF5Constants.H5T_STD_I64LE)))
                                .array()));
        assertThat(hex(ColumnDatatypes.dimensionList(Long.BYTES)))
                .isEqualTo(HexFormat.of()
                        .formatHex(stored(() -> Handle.type(H5.H5Tvlen_create(reference)))
                                .array()));
        assertThat(hex(ColumnDatatypes.scaleUse(Long.BYTES)))
                .isEqualTo(HexFormat.of()
                        .formatHex(stored(() -> {
                                    Handle use = Handle.type(H5.H5Tcreate(HDF5Constants.H5T_COMPOUND, 16));
                                    H5.H5Tinsert(use.id, "dataset", 0, reference);
                                    H5.H5Tinsert(use.id, "dimension", 8, HDF5Constants.H5T_NATIVE_INT);
                                    return use;
                                })
                                .array()));
    }

    private interface TypeMaker {
        Handle make() throws HDF5Exception;
    }

    /** The datatype message of a dataset that the C library makes. */
    private ByteBuffer stored(TypeMaker maker) throws Exception {
        Library.calls();
        Path path = folder.resolve("types.h5");
        long address;
        try (Handle access = Handle.propertiesOf(H5.H5Pcreate(HDF5Constants.H5P_FILE_ACCESS))) {
            H5.H5Pset_libver_bounds(access.id, HDF5Constants.H5F_LIBVER_V110, HDF5Constants.H5F_LIBVER_V110);
            long file =
                    H5.H5Fcreate(path.toString(), HDF5Constants.H5F_ACC_TRUNC, HDF5Constants.H5P_DEFAULT, access.id);
            try (Handle type = maker.make();
                    Handle space = Handle.space(H5.H5Screate(HDF5Constants.H5S_SCALAR))) {
                H5.H5Dclose(H5.H5Dcreate(
                        file,
                        "d",
                        type.id,
                        space.id,
                        HDF5Constants.H5P_DEFAULT,
                        HDF5Constants.H5P_DEFAULT,
                        HDF5Constants.H5P_DEFAULT));
                address = ByteBuffer.wrap(Named.reference(file, "/d"))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getLong();
            } finally {
                H5.H5Fclose(file);
            }
        }
        try (FormatInput in = FormatInput.open(Map.of(0L, path))) {
            Message message =
                    Objects.requireNonNull(ObjectHeader.read(in, address).first(ObjectHeader.DATATYPE));
            byte[] bytes = new byte[message.body().remaining()];
            message.open().get(bytes);
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    private static String hex(Datatype type) {
        FormatOutput out = new FormatOutput();
        type.encode(out);
        return HexFormat.of().formatHex(out.toBuffer().array());
    }
}
