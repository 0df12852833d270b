package io.h5sink.jhdf5.type;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.file.ReferencePaths;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Copies elements from memory that the C library has filled into one buffer, one after the other: elements of fixed size as they are,
 * strings of variable length as their bytes in UTF-8, and sequences as their elements, each behind the number of bytes or elements, 4 bytes
 * little-endian.
 */
public abstract class LibraryElements {

    private final int bytes;

    private LibraryElements(int bytes) {
        this.bytes = bytes;
    }

    /** The bytes of an element in memory. */
    public int bytes() {
        return bytes;
    }

    /** Whether the bytes in memory are given to the caller unchanged. */
    public boolean plain() {
        return false;
    }

    /** Whether elements in memory have pointers, whose memory must be freed. */
    public boolean points() {
        return false;
    }

    /** Whether elements in the file have references or heap references, which must be valid. */
    public boolean refers() {
        return points();
    }

    /** Copies one element.  */
    abstract void copy(ReferencePaths references, ByteBuffer memory, int at, ByteArrayOutputStream out)
            throws HDF5Exception;

    /** Copies elements from memory. */
    public static ByteBuffer taken(ReferencePaths references, LibraryElements copy, ByteBuffer memory, int elements)
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

    static LibraryElements compound(List<LibraryElements> members) {
        int size = members.stream().mapToInt(LibraryElements::bytes).reduce(0, Math::addExact);
        return members.stream().allMatch(LibraryElements::plain)
                ? new Plain(size)
                : new ElementParts(List.copyOf(members), size);
    }

    static LibraryElements array(LibraryElements element, int count) {
        int size = Math.multiplyExact(element.bytes(), count);
        return element.plain() ? new Plain(size) : new Repeated(element, count, size);
    }

    static final class Plain extends LibraryElements {

        Plain(int bytes) {
            super(bytes);
        }

        @Override
        public boolean plain() {
            return true;
        }

        @Override
        void copy(ReferencePaths references, ByteBuffer memory, int at, ByteArrayOutputStream out) {
            byte[] element = new byte[bytes()];
            memory.get(at, element);
            out.writeBytes(element);
        }
    }

    /** Strings of fixed length, padded by Fortran's spaces or ended by C's NUL; the copy is padded with NUL. */
    static final class Padded extends LibraryElements {

        private final boolean spaces;

        Padded(int bytes, boolean spaces) {
            super(bytes);
            this.spaces = spaces;
        }

        @Override
        void copy(ReferencePaths references, ByteBuffer memory, int at, ByteArrayOutputStream out) {
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

    static final class Text extends LibraryElements {

        Text() {
            super(Long.BYTES);
        }

        @Override
        public boolean points() {
            return true;
        }

        @Override
        void copy(ReferencePaths references, ByteBuffer memory, int at, ByteArrayOutputStream out) {
            long address = memory.getLong(at);
            byte[] text = address == 0
                    ? new byte[0]
                    : Library.calls().textAt(address); // HDF5 reads the empty string as a null pointer
            number(text.length, out);
            out.writeBytes(text);
        }
    }

    /** A reference, copied as the path of the object; empty for a null reference, and for an object without a path. */
    static final class ReferenceElement extends LibraryElements {

        private final int kind;

        ReferenceElement(int kind, long bytes) {
            super(Math.toIntExact(bytes));
            this.kind = kind;
        }

        @Override
        public boolean refers() {
            return true;
        }

        @Override
        void copy(ReferencePaths references, ByteBuffer memory, int at, ByteArrayOutputStream out) {
            byte[] reference = new byte[bytes()];
            memory.get(at, reference);
            byte[] text = references.path(kind, reference).getBytes(StandardCharsets.UTF_8);
            number(text.length, out);
            out.writeBytes(text);
        }
    }

    /** {@code hvl_t}: a number of 8 bytes and a pointer. */
    static final class Sequence extends LibraryElements {

        private final LibraryElements element;

        Sequence(LibraryElements element) {
            super(2 * Long.BYTES);
            this.element = element;
        }

        @Override
        public boolean points() {
            return true;
        }

        @Override
        void copy(ReferencePaths references, ByteBuffer memory, int at, ByteArrayOutputStream out)
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

    private static final class ElementParts extends LibraryElements {

        private final List<LibraryElements> members;

        ElementParts(List<LibraryElements> members, int bytes) {
            super(bytes);
            this.members = members;
        }

        @Override
        public boolean points() {
            return members.stream().anyMatch(LibraryElements::points);
        }

        @Override
        public boolean refers() {
            return members.stream().anyMatch(LibraryElements::refers);
        }

        @Override
        void copy(ReferencePaths references, ByteBuffer memory, int at, ByteArrayOutputStream out)
                throws HDF5Exception {
            int offset = at;
            for (LibraryElements member : members) {
                member.copy(references, memory, offset, out);
                offset += member.bytes();
            }
        }
    }

    private static final class Repeated extends LibraryElements {

        private final LibraryElements element;
        private final int count;

        Repeated(LibraryElements element, int count, int bytes) {
            super(bytes);
            this.element = element;
            this.count = count;
        }

        @Override
        public boolean points() {
            return element.points();
        }

        @Override
        public boolean refers() {
            return element.refers();
        }

        @Override
        void copy(ReferencePaths references, ByteBuffer memory, int at, ByteArrayOutputStream out)
                throws HDF5Exception {
            for (int i = 0; i < count; i++) {
                element.copy(references, memory, at + i * element.bytes(), out);
            }
        }
    }
}
