package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Takes elements out of memory that the C library has filled, and puts them one after the other: what has a fixed size as it is,
 * strings of variable length as their bytes in UTF-8, and sequences as their elements, both behind their number, 4 bytes
 * little-endian.
 */
abstract class SourceCopy {

    private final int bytes;

    private SourceCopy(int bytes) {
        this.bytes = bytes;
    }

    /** The size in memory. */
    int bytes() {
        return bytes;
    }

    /** Whether memory is handed out as it is. */
    boolean plain() {
        return false;
    }

    /** Whether there are pointers in memory, to what is to be freed. */
    boolean points() {
        return false;
    }

    /** Whether there are references in the file, to what must be there. */
    boolean refers() {
        return points();
    }

    /** Copies one element.  */
    abstract void copy(SourceReferences references, ByteBuffer memory, int at, ByteArrayOutputStream out)
            throws HDF5Exception;

    /** Takes elements out of memory. */
    static ByteBuffer taken(SourceReferences references, SourceCopy copy, ByteBuffer memory, int elements)
            throws HDF5Exception {
        if (copy.plain()) {
            byte[] bytes = new byte[memory.limit()];
            memory.get(0, bytes);
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < elements; i++) {
            copy.copy(references, memory, i * copy.bytes(), out);
        }
        return ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void number(int value, ByteArrayOutputStream out) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    static SourceCopy compound(List<SourceCopy> members) {
        int size = members.stream().mapToInt(SourceCopy::bytes).reduce(0, Math::addExact);
        return members.stream().allMatch(SourceCopy::plain) ? new Plain(size) : new Parts(List.copyOf(members), size);
    }

    static SourceCopy array(SourceCopy element, int count) {
        int size = Math.multiplyExact(element.bytes(), count);
        return element.plain() ? new Plain(size) : new Repeated(element, count, size);
    }

    static final class Plain extends SourceCopy {

        Plain(int bytes) {
            super(bytes);
        }

        @Override
        boolean plain() {
            return true;
        }

        @Override
        void copy(SourceReferences references, ByteBuffer memory, int at, ByteArrayOutputStream out) {
            byte[] element = new byte[bytes()];
            memory.get(at, element);
            out.writeBytes(element);
        }
    }

    /** Strings of Fortran and C, of which nothing but NUL is left behind the end. */
    static final class Padded extends SourceCopy {

        private final boolean spaces;

        Padded(int bytes, boolean spaces) {
            super(bytes);
            this.spaces = spaces;
        }

        @Override
        void copy(SourceReferences references, ByteBuffer memory, int at, ByteArrayOutputStream out) {
            byte[] element = new byte[bytes()];
            memory.get(at, element);
            int end = 0;
            for (int i = 0; i < element.length && (spaces || element[i] != 0); i++) {
                end = spaces && (element[i] == ' ' || element[i] == 0) ? end : i + 1;
            }
            Arrays.fill(element, end, element.length, (byte) 0);
            out.writeBytes(element);
        }
    }

    static final class Text extends SourceCopy {

        Text() {
            super(Long.BYTES);
        }

        @Override
        boolean points() {
            return true;
        }

        @Override
        void copy(SourceReferences references, ByteBuffer memory, int at, ByteArrayOutputStream out) {
            long address = memory.getLong(at);
            byte[] text = address == 0 ? new byte[0] : Library.calls().textAt(address); // as HDF5 has the empty string
            number(text.length, out);
            out.writeBytes(text);
        }
    }

    /** The path of what is referred to; empty if that is nothing, or has no path any more. */
    static final class Reference extends SourceCopy {

        private final int kind;

        Reference(int kind, long bytes) {
            super(Math.toIntExact(bytes));
            this.kind = kind;
        }

        @Override
        boolean refers() {
            return true;
        }

        @Override
        void copy(SourceReferences references, ByteBuffer memory, int at, ByteArrayOutputStream out) {
            byte[] reference = new byte[bytes()];
            memory.get(at, reference);
            byte[] text = references.path(kind, reference).getBytes(StandardCharsets.UTF_8);
            number(text.length, out);
            out.writeBytes(text);
        }
    }

    /** {@code hvl_t}: a number of 8 bytes and a pointer. */
    static final class Sequence extends SourceCopy {

        private final SourceCopy element;

        Sequence(SourceCopy element) {
            super(2 * Long.BYTES);
            this.element = element;
        }

        @Override
        boolean points() {
            return true;
        }

        @Override
        void copy(SourceReferences references, ByteBuffer memory, int at, ByteArrayOutputStream out)
                throws HDF5Exception {
            int count = Math.toIntExact(memory.getLong(at));
            number(count, out);
            if (count == 0) {
                return;
            }
            byte[] elements = Library.calls()
                    .bytesAt(memory.getLong(at + Long.BYTES), Math.multiplyExact(count, element.bytes()));
            if (element.plain()) {
                out.writeBytes(elements);
                return;
            }
            ByteBuffer inner = ByteBuffer.wrap(elements).order(ByteOrder.nativeOrder());
            for (int i = 0; i < count; i++) {
                element.copy(references, inner, i * element.bytes(), out);
            }
        }
    }

    private static final class Parts extends SourceCopy {

        private final List<SourceCopy> members;

        Parts(List<SourceCopy> members, int bytes) {
            super(bytes);
            this.members = members;
        }

        @Override
        boolean points() {
            return members.stream().anyMatch(SourceCopy::points);
        }

        @Override
        boolean refers() {
            return members.stream().anyMatch(SourceCopy::refers);
        }

        @Override
        void copy(SourceReferences references, ByteBuffer memory, int at, ByteArrayOutputStream out)
                throws HDF5Exception {
            int offset = at;
            for (SourceCopy member : members) {
                member.copy(references, memory, offset, out);
                offset += member.bytes();
            }
        }
    }

    private static final class Repeated extends SourceCopy {

        private final SourceCopy element;
        private final int count;

        Repeated(SourceCopy element, int count, int bytes) {
            super(bytes);
            this.element = element;
            this.count = count;
        }

        @Override
        boolean points() {
            return element.points();
        }

        @Override
        boolean refers() {
            return element.refers();
        }

        @Override
        void copy(SourceReferences references, ByteBuffer memory, int at, ByteArrayOutputStream out)
                throws HDF5Exception {
            for (int i = 0; i < count; i++) {
                element.copy(references, memory, at + i * element.bytes(), out);
            }
        }
    }
}
