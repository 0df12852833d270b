package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.Filter;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.PosixDriver;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Makes files as other programs do, by the C library, in its oldest or its newest format. */
public final class Foreign {

    private Foreign() {}

    /** Makes a type, which is closed by whoever asks for it. */
    @FunctionalInterface
    public interface Type {
        long make() throws HDF5Exception;
    }

    /** A type like one that HDF5 has a name for. */
    public static Type like(long type) {
        return () -> H5.H5Tcopy(type);
    }

    /** Integers of so many bytes. */
    public static Type integer(int bytes, boolean signed, boolean bigEndian) {
        return () -> {
            long type = H5.H5Tcopy(signed ? HDF5Constants.H5T_STD_I64LE : HDF5Constants.H5T_STD_U64LE);
            H5.H5Tset_size(type, bytes);
            H5.H5Tset_order(type, bigEndian ? HDF5Constants.H5T_ORDER_BE : HDF5Constants.H5T_ORDER_LE);
            return type;
        };
    }

    /** Floats of 4 or 8 bytes. */
    public static Type real(int bytes, boolean bigEndian) {
        return () -> H5.H5Tcopy(
                bytes == 4
                        ? bigEndian ? HDF5Constants.H5T_IEEE_F32BE : HDF5Constants.H5T_IEEE_F32LE
                        : bigEndian ? HDF5Constants.H5T_IEEE_F64BE : HDF5Constants.H5T_IEEE_F64LE);
    }

    /** How strings of a fixed length are padded. */
    public enum Padding {
        NULLTERM,
        NULLPAD,
        SPACEPAD
    }

    /** Strings of a fixed length, of variable length if that is 0. */
    public static Type string(int length, Padding padding, boolean utf8) {
        return () -> {
            long type = H5.H5Tcopy(HDF5Constants.H5T_C_S1);
            H5.H5Tset_size(type, length == 0 ? HDF5Constants.H5T_VARIABLE : length);
            H5.H5Tset_strpad(type, padding.ordinal());
            H5.H5Tset_cset(type, utf8 ? HDF5Constants.H5T_CSET_UTF8 : HDF5Constants.H5T_CSET_ASCII);
            return type;
        };
    }

    /** An enumeration on big-endian integers of 4 bytes, which count by tens. */
    public static Type enumeration(String... names) {
        return () -> {
            long type = H5.H5Tenum_create(HDF5Constants.H5T_STD_I32BE);
            for (int i = 0; i < names.length; i++) {
                H5.H5Tenum_insert(type, names[i], new byte[] {0, 0, 0, (byte) (10 * i)});
            }
            return type;
        };
    }

    /** An enumeration on little-endian integers, of names that are each followed by a blank and a small number. */
    public static Type enumeration(Type base, String... constants) {
        return () -> {
            long integer = base.make();
            long type = H5.H5Tenum_create(integer);
            byte[] value = new byte[(int) H5.H5Tget_size(integer)];
            for (String constant : constants) {
                String[] words = constant.split(" ");
                byte number = Byte.parseByte(words[1]);
                Arrays.fill(value, (byte) (number < 0 ? -1 : 0));
                value[0] = number;
                H5.H5Tenum_insert(type, words[0], value);
            }
            H5.H5Tclose(integer);
            return type;
        };
    }

    /** A member of a compound. */
    public record Member(String name, int offset, Type type) {}

    /** A compound of so many bytes. */
    public static Type compound(int bytes, Member... members) {
        return () -> {
            long type = H5.H5Tcreate(HDF5Constants.H5T_COMPOUND, bytes);
            for (Member member : members) {
                H5.H5Tinsert(type, member.name, member.offset, member.type.make());
            }
            return type;
        };
    }

    /** The same of some of the bits of integers, of which the first is so many from the least. */
    public static Type bits(Type integer, int bits, int offset) {
        return () -> {
            long type = integer.make();
            H5.H5Tset_precision(type, bits);
            H5.H5Tset_offset(type, offset);
            return type;
        };
    }

    /** An array of some shape. */
    public static Type array(Type element, long... shape) {
        return () -> {
            long made = element.make();
            long type = H5.H5Tarray_create(made, shape.length, shape);
            H5.H5Tclose(made);
            return type;
        };
    }

    /** A sequence of any length of elements. */
    public static Type sequence(Type element) {
        return () -> H5.H5Tvlen_create(element.make());
    }

    /** What makes a file. */
    public interface Content {
        void into(long file) throws HDF5Exception;
    }

    /** Versions of the file format. */
    public enum Format {
        OLDEST,
        HDF5_1_10,
        NEWEST
    }

    /** Whether objects and attributes can be given any names, bytes that are no UTF-8 as Python has them. */
    public static boolean takesAllNames() {
        return Named.takesAll();
    }

    /** Makes a file, or adds to it. */
    public static void make(Path file, boolean latest, Content content) {
        make(file, latest ? Format.NEWEST : Format.OLDEST, creation -> {}, content);
    }

    /** The same; the list of properties is for a file that is not there yet. */
    public static void make(Path file, Format format, ForeignDataset.Property property, Content content) {
        make(file, new PosixDriver(false), format, property, content);
    }

    /** Makes a file with any driver. */
    public static void make(Path file, FileDriver driver, Format format, Content content) {
        make(file, driver, format, creation -> {}, content);
    }

    private static void make(
            Path file, FileDriver driver, Format format, ForeignDataset.Property property, Content content) {
        Library.calls();
        try {
            long creation = H5.H5Pcreate(HDF5Constants.H5P_FILE_CREATE);
            property.set(creation);
            long access = H5.H5Pcreate(HDF5Constants.H5P_FILE_ACCESS);
            long member = H5.H5Pcreate(HDF5Constants.H5P_FILE_ACCESS);
            DriverProperties.set(driver, access, member);
            if (format != Format.OLDEST) {
                int bound = format == Format.NEWEST ? HDF5Constants.H5F_LIBVER_LATEST : HDF5Constants.H5F_LIBVER_V110;
                H5.H5Pset_libver_bounds(access, bound, bound);
            }
            H5.H5Pset_fclose_degree(access, HDF5Constants.H5F_CLOSE_STRONG);
            long id = Files.exists(file)
                    ? H5.H5Fopen(file.toString(), HDF5Constants.H5F_ACC_RDWR, access)
                    : H5.H5Fcreate(file.toString(), HDF5Constants.H5F_ACC_EXCL, creation, access);
            try {
                content.into(id);
            } finally {
                H5.H5Fclose(id);
                H5.H5Pclose(member);
                H5.H5Pclose(access);
                H5.H5Pclose(creation);
            }
        } catch (HDF5Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** An empty dataset that grows, with filters, of which the library need not have any that packs. */
    public static void dataset(long file, String name, Type type, List<Integer> filters) throws HDF5Exception {
        long made = type.make();
        long space = H5.H5Screate_simple(1, new long[] {0}, new long[] {HDF5Constants.H5S_UNLIMITED});
        long creation = H5.H5Pcreate(HDF5Constants.H5P_DATASET_CREATE);
        H5.H5Pset_chunk(creation, 1, new long[] {4});
        for (int filter : filters) {
            int[] values = filter == HDF5Constants.H5Z_FILTER_DEFLATE ? new int[] {1} : new int[0];
            H5.H5Pset_filter(creation, filter, HDF5Constants.H5Z_FLAG_OPTIONAL, values.length, values);
        }
        try (Handle links = Links.creation()) {
            H5.H5Dclose(H5.H5Dcreate(file, name, made, space, links.id, creation, HDF5Constants.H5P_DEFAULT));
        }
        H5.H5Pclose(creation);
        H5.H5Sclose(space);
        H5.H5Tclose(made);
    }

    /** Whether {@link #packed} is there. */
    public static boolean hasPacked() {
        return Library.calls().writesChunks();
    }

    /**
     * A dataset of one axis and one chunk, which has gone through filters already, as a mask says.
     *
     * @param rows of how many elements it is
     */
    public static void packed(
            long file, String name, Type type, long rows, List<Filter> filters, int mask, ByteBuffer chunk)
            throws HDF5Exception {
        chunks(
                file,
                name,
                type,
                new long[][] {{rows}, {rows}, {rows}},
                filters,
                (dataset, made) -> Library.calls().writeChunk(dataset, mask, new long[1], chunk));
    }

    /** The same, of a chunk that the library puts through the filters. */
    public static void unpacked(long file, String name, Type type, long rows, List<Filter> filters, byte[] elements)
            throws HDF5Exception {
        unpacked(file, name, type, rows, rows, rows, filters, elements);
    }

    /**
     * The same, of chunks.
     *
     * @param maximum how many rows there may be; -1 without a limit
     * @param each how many a chunk has
     */
    public static void unpacked(
            long file,
            String name,
            Type type,
            long rows,
            long maximum,
            long each,
            List<Filter> filters,
            byte[] elements)
            throws HDF5Exception {
        ByteBuffer direct =
                ByteBuffer.allocateDirect(elements.length).put(elements).flip();
        chunks(
                file,
                name,
                type,
                new long[][] {{rows}, {maximum}, {each}},
                filters,
                (dataset, made) ->
                        Library.calls().write(dataset, made, HDF5Constants.H5S_ALL, HDF5Constants.H5S_ALL, direct));
    }

    /** Gives a dataset of one axis other rows. */
    public static void resize(long file, String name, long rows) throws HDF5Exception {
        long dataset = H5.H5Dopen(file, name, HDF5Constants.H5P_DEFAULT);
        H5.H5Dset_extent(dataset, new long[] {rows});
        H5.H5Dclose(dataset);
    }

    /** Puts elements into a dataset of some type. */
    private interface Elements {
        void put(long dataset, long type) throws HDF5Exception;
    }

    /** With a shape, its maximum, and that of chunks. */
    private static void chunks(
            long file, String name, Type type, long[][] shapes, List<Filter> filters, Elements elements)
            throws HDF5Exception {
        long made = type.make();
        long space = H5.H5Screate_simple(1, shapes[0], shapes[1]);
        long creation = H5.H5Pcreate(HDF5Constants.H5P_DATASET_CREATE);
        H5.H5Pset_chunk(creation, 1, shapes[2]);
        for (Filter filter : filters) {
            int[] values = filter.values().stream().mapToInt(Number::intValue).toArray();
            switch (filter.id()) { // as others set them, who do not know client values
                case Filter.SHUFFLE -> H5.H5Pset_shuffle(creation);
                case Filter.GZIP -> H5.H5Pset_deflate(creation, values[0]);
                case Filter.FLETCHER32 -> H5.H5Pset_fletcher32(creation);
                default -> H5.H5Pset_filter(creation, filter.id(), filter.flags(), values.length, values);
            }
        }
        long dataset =
                H5.H5Dcreate(file, name, made, space, HDF5Constants.H5P_DEFAULT, creation, HDF5Constants.H5P_DEFAULT);
        elements.put(dataset, made);
        H5.H5Dclose(dataset);
        H5.H5Pclose(creation);
        H5.H5Sclose(space);
        H5.H5Tclose(made);
    }

    /** The address of a direct buffer, which is what an element in memory has of a text of variable length. */
    public static long address(ByteBuffer direct) {
        return Library.calls().address(direct);
    }

    /** The bytes of a dataset's elements, as the library reads them. */
    public static byte[] elements(long file, String name) throws HDF5Exception {
        long dataset = H5.H5Dopen(file, name, HDF5Constants.H5P_DEFAULT);
        long space = H5.H5Dget_space(dataset);
        long type = H5.H5Dget_type(dataset);
        byte[] elements = new byte[(int) (H5.H5Sget_simple_extent_npoints(space) * H5.H5Tget_size(type))];
        H5.H5Dread(dataset, type, 0, 0, 0, elements, false);
        H5.H5Tclose(type);
        H5.H5Sclose(space);
        H5.H5Dclose(dataset);
        return elements;
    }

    /** How many bytes the chunks of a dataset take. */
    public static long storedBytes(long file, String name) throws HDF5Exception {
        long dataset = H5.H5Dopen(file, name, HDF5Constants.H5P_DEFAULT);
        long bytes = H5.H5Dget_storage_size(dataset);
        H5.H5Dclose(dataset);
        return bytes;
    }

    /** The filters of a dataset, as the library has set them. */
    public static List<Filter> filters(long file, String name) throws HDF5Exception {
        long dataset = H5.H5Dopen(file, name, HDF5Constants.H5P_DEFAULT);
        long creation = H5.H5Dget_create_plist(dataset);
        List<Filter> filters = LibraryFilters.of(creation);
        H5.H5Pclose(creation);
        H5.H5Dclose(dataset);
        return filters;
    }

    /** A soft link. */
    public static void soft(long file, String name, String target) throws HDF5Exception {
        Named.softLink(target, file, name, HDF5Constants.H5P_DEFAULT);
    }

    /** An external link. */
    public static void external(long file, String name, Path other, String target) throws HDF5Exception {
        H5.H5Lcreate_external(
                other.toString(), target, file, name, HDF5Constants.H5P_DEFAULT, HDF5Constants.H5P_DEFAULT);
    }
}
