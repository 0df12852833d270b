package io.h5sink.read;

import static io.h5sink.foreign.Hdf5Calls.DEFAULT;
import static io.h5sink.jhdf5.Foreign.array;
import static io.h5sink.jhdf5.Foreign.integer;
import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.Foreign.Member;
import io.h5sink.jhdf5.Foreign.Type;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Datasets that HDF5 packs by scale-offset or n-bit, in the group {@code packed}; each beside one in {@code plain} of what HDF5 reads of it. */
final class PackedPairs {

    private static final int COUNT = 61;
    private static final int CHUNK = 20;

    /** Fill values that are none, and one that is set to be none. */
    private static final String NONE = "None";

    private static final String UNDEFINED = "undefined";

    private final long file;
    private final Random random = new Random(11);
    private int pairs;
    private int smaller;

    private PackedPairs(long file) throws HDF5Exception {
        this.file = file;
        Hdf5Calls.group(file, "plain");
        Hdf5Calls.group(file, "packed");
    }

    /** Makes a file of integers and floats with scale-offset. */
    static void scaled(Path file, boolean latest) {
        make(file, latest, pairs -> {
            for (int bytes : new int[] {1, 2, 4, 8}) {
                for (boolean bigEndian : bytes == 1 ? new boolean[] {false} : new boolean[] {false, true}) {
                    pairs.integers(bytes, bigEndian, true);
                    pairs.integers(bytes, bigEndian, false);
                    if (bytes >= 4) {
                        pairs.reals(bytes, bigEndian);
                    }
                }
            }
        });
    }

    /** Makes a file of types of all kinds with n-bit. */
    static void bits(Path file, boolean latest) {
        make(file, latest, PackedPairs::bits);
    }

    private interface Making {
        void of(PackedPairs pairs) throws HDF5Exception;
    }

    private static void make(Path file, boolean latest, Making making) {
        Hdf5Calls.Content content = id -> {
            PackedPairs pairs = new PackedPairs(id);
            making.of(pairs);
            pairs.mustBePacked();
        };
        if (latest) {
            Hdf5Calls.makeLatest(file, content);
        } else {
            Hdf5Calls.make(file, content);
        }
    }

    /** Chunks reach beyond the datasets, so that not all of these get smaller. */
    private void mustBePacked() {
        assertThat(smaller).as("those of %s that HDF5 has packed", pairs).isGreaterThan(pairs / 2);
    }

    private interface Properties {
        void set(long creation, long type) throws HDF5Exception;
    }

    private void put(String name, Type type, Properties filter, long[] shape, long[] chunk, byte[] elements)
            throws HDF5Exception {
        long made = type.make();
        long space = H5.H5Screate_simple(shape.length, shape, null);
        long creation = H5.H5Pcreate(HDF5Constants.H5P_DATASET_CREATE);
        H5.H5Pset_chunk(creation, chunk.length, chunk);
        filter.set(creation, made);
        if (++pairs % 3 == 0) {
            H5.H5Pset_deflate(creation, 4);
        }
        write("packed/" + name, made, space, creation, elements);
        if (Foreign.storedBytes(file, "packed/" + name) < elements.length) {
            smaller++;
        }
        write("plain/" + name, made, space, DEFAULT, Foreign.elements(file, "packed/" + name));
        H5.H5Pclose(creation);
        H5.H5Sclose(space);
        H5.H5Tclose(made);
    }

    /** Closes the dataset, too, or HDF5 would read from it what it has not packed yet. */
    private void write(String path, long type, long space, long creation, byte[] elements) throws HDF5Exception {
        long dataset = H5.H5Dcreate(file, path, type, space, DEFAULT, creation, DEFAULT);
        H5.H5Dwrite(dataset, type, DEFAULT, DEFAULT, DEFAULT, elements, false);
        H5.H5Dclose(dataset);
    }

    private void integers(int bytes, boolean bigEndian, boolean signed) throws HDF5Exception {
        int bits = Byte.SIZE * bytes;
        BigInteger all = BigInteger.ONE.shiftLeft(bits);
        BigInteger min = signed ? all.shiftRight(1).negate() : BigInteger.ZERO;
        BigInteger max = min.add(all).subtract(BigInteger.ONE);
        for (String fill : List.of(NONE, "3", max.toString(), UNDEFINED)) {
            for (BigInteger span : List.of(
                    BigInteger.ZERO,
                    BigInteger.ONE,
                    BigInteger.valueOf(6),
                    BigInteger.valueOf(100),
                    max.divide(BigInteger.valueOf(5)),
                    max)) {
                BigInteger low = min.add(
                        below(max.subtract(span).max(min.add(BigInteger.ONE)).subtract(min)));
                BigInteger range = low.add(span).min(max).subtract(low).add(BigInteger.ONE);
                ByteBuffer values = ByteBuffer.allocate(COUNT * bytes);
                for (int i = 0; i < COUNT; i++) {
                    BigInteger value = low.add(i < CHUNK ? BigInteger.ZERO : below(range)); // one chunk is all equal
                    if (isFill(i) && !fill.equals(NONE) && !fill.equals(UNDEFINED)) {
                        value = new BigInteger(fill);
                    } else if (span.equals(max) && (i == 40 || i == 42)) {
                        value = i == 40 ? min : max;
                    }
                    values.put(bytes(value, bytes, bigEndian));
                }
                byte[] fillBytes = fill.equals(NONE) || fill.equals(UNDEFINED)
                        ? null
                        : bytes(new BigInteger(fill), bytes, bigEndian);
                for (int factor : new TreeSet<>(List.of(0, bits, Math.min(bits - 1, span.bitLength() + 1)))) {
                    put(
                            "%s%s%d fill %s span %d bits %d"
                                    .formatted(bigEndian ? 'b' : 'l', signed ? 'i' : 'u', bytes, fill, span, factor),
                            integer(bytes, signed, bigEndian),
                            scaling(HDF5Constants.H5Z_SO_INT, factor, fill, fillBytes),
                            new long[] {COUNT},
                            new long[] {CHUNK},
                            values.array());
                }
            }
        }
    }

    private void reals(int bytes, boolean bigEndian) throws HDF5Exception {
        for (String fill : List.of(NONE, "-1.25", UNDEFINED)) {
            for (int scale : new int[] {-30, -3, -1, 0, 1, 2, 5, 7, 11, 15, 23, 30}) {
                for (double span : new double[] {0, 1e-3, 1, 1e3, 1e9}) {
                    double low = random.nextGaussian() * 100;
                    double[] values = random.doubles(COUNT)
                            .map(value -> low + value * span)
                            .toArray();
                    Arrays.fill(values, 0, CHUNK, values[0]);
                    double most = Arrays.stream(values).map(Math::abs).max().getAsDouble();
                    if (bytes == 4 && most * Math.pow(10, scale) > 1e37) {
                        continue; // which HDF5 packs into more bits than there are
                    }
                    ByteBuffer raw = ByteBuffer.allocate(COUNT * bytes);
                    for (int i = 0; i < COUNT; i++) {
                        raw.put(real(isFill(i) && fill.equals("-1.25") ? -1.25 : values[i], bytes, bigEndian));
                    }
                    put(
                            "f%d%s fill %s scale %d span %s".formatted(bytes, bigEndian ? 'b' : 'l', fill, scale, span),
                            Foreign.real(bytes, bigEndian),
                            scaling(
                                    HDF5Constants.H5Z_SO_FLOAT_DSCALE,
                                    scale,
                                    fill,
                                    fill.equals("-1.25") ? real(-1.25, bytes, bigEndian) : null),
                            new long[] {COUNT},
                            new long[] {CHUNK},
                            raw.array());
                }
            }
        }
    }

    private static boolean isFill(int i) {
        return i >= CHUNK && i < 50 && (i - CHUNK) % 3 == 0;
    }

    private Properties scaling(int kind, int factor, String fill, byte @Nullable [] fillBytes) {
        return (creation, type) -> {
            if (!fill.equals(NONE)) {
                H5.H5Pset_fill_value(creation, type, fillBytes);
            }
            int[] values = {kind, factor};
            H5.H5Pset_filter(
                    creation, HDF5Constants.H5Z_FILTER_SCALEOFFSET, HDF5Constants.H5Z_FLAG_OPTIONAL, 2, values);
            if ((pairs + 1) % 3 == 0) {
                H5.H5Pset_shuffle(creation);
            }
        };
    }

    private BigInteger below(BigInteger end) {
        return new BigInteger(end.bitLength() + Byte.SIZE, random).mod(end);
    }

    private static byte[] bytes(BigInteger value, int bytes, boolean bigEndian) {
        byte[] raw = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            raw[bigEndian ? bytes - 1 - i : i] = value.shiftRight(Byte.SIZE * i).byteValue();
        }
        return raw;
    }

    private static byte[] real(double value, int bytes, boolean bigEndian) {
        ByteBuffer raw = ByteBuffer.allocate(bytes).order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        return bytes == 4
                ? raw.putFloat((float) value).array()
                : raw.putDouble(value).array();
    }

    /** A type, where in its elements there are five letters, and where the two bytes of a name. */
    private record Kind(Type type, List<Integer> letters, List<Integer> names) {

        static Kind of(Type type) {
            return new Kind(type, List.of(), List.of());
        }
    }

    private static Map<String, Kind> kinds() {
        Type letters = Foreign.string(5, Foreign.Padding.NULLTERM, false);
        Type names = () -> {
            long type = H5.H5Tenum_create(HDF5Constants.H5T_STD_I16BE);
            for (byte i = 0; i < 4; i++) {
                H5.H5Tenum_insert(type, "ABCD".substring(i, i + 1), new byte[] {0, i});
            }
            return type;
        };
        Type opaque = () -> {
            long type = H5.H5Tcreate(HDF5Constants.H5T_OPAQUE, 3);
            H5.H5Tset_tag(type, "bytes");
            return type;
        };
        Type i4 = part(integer(4, true, false), 13, 7);
        Type i2 = part(integer(2, true, false), 9, 7);
        Type u2 = part(integer(2, false, true), 5, 6);
        Type point = Foreign.compound(
                30,
                new Member("x", 2, fields(Foreign.real(4, true), 3, 8, 15)),
                new Member("n", 9, i2),
                new Member("s", 12, letters),
                new Member("o", 19, opaque),
                new Member("e", 23, names),
                new Member("c", 28, integer(1, false, false)));
        Type texts = Foreign.compound(24, new Member("t", 3, array(letters, 3)), new Member("i", 20, i4));
        Type nested = Foreign.compound(
                130,
                new Member("p", 1, point),
                new Member("a", 40, array(point, 2)),
                new Member("l", 110, part(integer(8, true, true), 33, 15)));
        Type rows = Foreign.compound(
                60,
                new Member("n", 1, i4),
                new Member("a", 8, array(array(u2, 3), 4)),
                new Member("m", 33, i2),
                new Member("l", 40, i4));
        Type ends = Foreign.compound(
                90, new Member("c", 2, Foreign.compound(66, new Member("p", 1, point))), new Member("i", 80, i4));
        Type pair = Foreign.compound(20, new Member("i", 1, i4), new Member("m", 9, i4));
        Type inner = Foreign.compound(
                90,
                new Member("c", 2, Foreign.compound(66, new Member("a", 3, array(pair, 3)))),
                new Member("i", 70, i4),
                new Member("m", 80, i4));
        Map<String, Kind> kinds = new LinkedHashMap<>();
        kinds.put("point", new Kind(point, List.of(12), List.of(23)));
        kinds.put("i4array", Kind.of(array(i4, 2, 3)));
        kinds.put("points", new Kind(array(point, 2), List.of(12, 42), List.of(23, 53)));
        kinds.put("arrays", Kind.of(array(array(u2, 3), 2)));
        kinds.put("texts", new Kind(texts, List.of(3, 8, 13), List.of()));
        kinds.put("nested", new Kind(nested, List.of(13, 52, 82), List.of(24, 63, 93)));
        kinds.put("rows", Kind.of(rows));
        kinds.put("ends", new Kind(ends, List.of(15), List.of(26)));
        kinds.put("inner", Kind.of(inner));
        kinds.put("only", new Kind(letters, List.of(0), List.of()));
        kinds.put("full", Kind.of(integer(4, true, true)));
        kinds.put("named", new Kind(names, List.of(), List.of(0)));
        kinds.put("bitfield", Kind.of(() -> H5.H5Tcopy(HDF5Constants.H5T_STD_B16BE)));
        kinds.put("f8", Kind.of(fields(Foreign.real(8, false), 9, 11, 31)));
        kinds.put("f8be", Kind.of(fields(Foreign.real(8, true), 1, 11, 40)));
        kinds.put("f4", Kind.of(fields(Foreign.real(4, false), 5, 6, 13)));
        for (int bytes : new int[] {1, 2, 3, 4, 5, 8}) {
            for (boolean bigEndian : new boolean[] {false, true}) {
                int all = Byte.SIZE * bytes;
                int[][] places = {
                    {1, 0},
                    {1, all - 1},
                    {all - 1, 0},
                    {all - 1, 1},
                    {3, 2},
                    {all / 2, all / 2},
                    {all - 5, 3},
                    {5 * bytes, bytes},
                    {all / 2 + 1, 1},
                    {all, 0}
                };
                for (int[] place : places) {
                    boolean signed = bigEndian == (bytes == 3 || bytes == 8);
                    String name = "%s%s%d bits %d from %d"
                            .formatted(bigEndian ? 'b' : 'l', signed ? 'i' : 'u', bytes, place[0], place[1]);
                    kinds.put(name, Kind.of(part(integer(bytes, signed, bigEndian), place[0], place[1])));
                }
            }
        }
        return kinds;
    }

    /** Some bits of an integer. */
    static Type part(Type integer, int bits, int offset) {
        return () -> {
            long type = integer.make();
            H5.H5Tset_precision(type, bits);
            H5.H5Tset_offset(type, offset);
            return type;
        };
    }

    /** A float whose sign, exponent and mantissa are in some bits of it. */
    private static Type fields(Type real, int offset, int exponent, int mantissa) {
        return () -> {
            long type = real.make();
            long bytes = H5.H5Tget_size(type);
            H5.H5Tset_fields(type, offset + exponent + mantissa, offset + mantissa, exponent, offset, mantissa);
            H5.H5Tset_offset(type, offset);
            H5.H5Tset_precision(type, 1 + exponent + mantissa);
            H5.H5Tset_size(type, bytes);
            return type;
        };
    }

    private void bits() throws HDF5Exception {
        for (Map.Entry<String, Kind> entry : kinds().entrySet()) {
            Kind kind = entry.getValue();
            long type = kind.type.make();
            int bytes = (int) H5.H5Tget_size(type);
            H5.H5Tclose(type);
            byte[] elements = new byte[7 * 11 * bytes];
            random.nextBytes(elements);
            for (int element = 0; element < elements.length; element += bytes) {
                for (int at : kind.letters) {
                    for (int i = element + at; i < element + at + 5; i++) {
                        elements[i] = (byte) ('a' + random.nextInt(26));
                    }
                }
                for (int at : kind.names) {
                    elements[element + at] = 0;
                    elements[element + at + 1] = (byte) random.nextInt(4);
                }
            }
            Properties filter = (creation, made) -> H5.H5Pset_nbit(creation);
            put(entry.getKey(), kind.type, filter, new long[] {7, 11}, new long[] {3, 4}, elements);
        }
    }
}
