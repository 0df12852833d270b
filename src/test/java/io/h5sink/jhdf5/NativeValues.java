package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Values as HDF5 takes them from memory, in its native types: numbers, strings, names or numbers of constants, bytes of what is opaque
 * or a reference, lists of members, and arrays or lists of elements.
 */
final class NativeValues {

    /** What pointers lead to, which must not be collected before all is written. */
    private final List<ByteBuffer> targets = new ArrayList<>();

    /** Elements, one after the other. */
    ByteBuffer of(long type, Object elements) throws HDF5Exception {
        List<?> list = list(elements);
        int size = (int) H5.H5Tget_size(type);
        ByteBuffer all =
                ByteBuffer.allocateDirect(Math.max(1, list.size() * size)).order(ByteOrder.nativeOrder());
        for (int i = 0; i < list.size(); i++) {
            put(type, list.get(i), all, i * size);
        }
        return all;
    }

    static List<?> list(Object elements) {
        return elements instanceof List<?> list
                ? list
                : IntStream.range(0, Array.getLength(elements))
                        .mapToObj(i -> Array.get(elements, i))
                        .toList();
    }

    private void put(long type, Object value, ByteBuffer to, int at) throws HDF5Exception {
        int kind = H5.H5Tget_class(type);
        int size = (int) H5.H5Tget_size(type);
        if (kind == HDF5Constants.H5T_STRING) {
            string(type, value, to, at);
        } else if (value instanceof byte[] bytes && kind != HDF5Constants.H5T_VLEN && kind != HDF5Constants.H5T_ARRAY) {
            to.put(at, bytes);
        } else if (kind == HDF5Constants.H5T_FLOAT && size == Float.BYTES) {
            to.putFloat(at, ((Number) value).floatValue());
        } else if (kind == HDF5Constants.H5T_FLOAT) {
            to.putDouble(at, ((Number) value).doubleValue());
        } else if (kind == HDF5Constants.H5T_ENUM && value instanceof String name) {
            byte[] constant = new byte[size];
            H5.H5Tenum_valueof(type, name, constant);
            to.put(at, constant);
        } else if (kind == HDF5Constants.H5T_COMPOUND) {
            for (int i = 0; i < H5.H5Tget_nmembers(type); i++) {
                long member = H5.H5Tget_member_type(type, i);
                put(member, ((List<?>) value).get(i), to, at + (int) H5.H5Tget_member_offset(type, i));
                H5.H5Tclose(member);
            }
        } else if (kind == HDF5Constants.H5T_ARRAY || kind == HDF5Constants.H5T_VLEN) {
            long element = H5.H5Tget_super(type);
            ByteBuffer elements = of(element, value);
            H5.H5Tclose(element);
            if (kind == HDF5Constants.H5T_ARRAY) {
                to.put(at, elements, 0, size);
            } else {
                to.putLong(at, list(value).size()).putLong(at + Long.BYTES, address(elements));
            }
        } else {
            integer(((Number) value).longValue(), size, to, at);
        }
    }

    private static void integer(long value, int size, ByteBuffer to, int at) {
        switch (size) {
            case 1 -> to.put(at, (byte) value);
            case 2 -> to.putShort(at, (short) value);
            case 4 -> to.putInt(at, (int) value);
            default -> to.putLong(at, value);
        }
    }

    private void string(long type, Object value, ByteBuffer to, int at) throws HDF5Exception {
        byte[] bytes = value instanceof byte[] raw ? raw : value.toString().getBytes(StandardCharsets.UTF_8);
        if (H5.H5Tis_variable_str(type)) {
            to.putLong(at, address(ByteBuffer.allocateDirect(bytes.length + 1).put(0, bytes)));
            return;
        }
        byte[] padded = new byte[(int) H5.H5Tget_size(type)];
        Arrays.fill(padded, (byte) (H5.H5Tget_strpad(type) == HDF5Constants.H5T_STR_SPACEPAD ? ' ' : 0));
        System.arraycopy(bytes, 0, padded, 0, bytes.length);
        to.put(at, padded);
    }

    private long address(ByteBuffer target) {
        targets.add(target);
        return Library.calls().address(target);
    }
}
