package io.h5sink.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An encoder of records whose method handle is a constant of its class, so that the compiler sees straight through to the
 * record's accessors. For that to hold for more than one record type, each type gets a class of its own: a hidden copy of this
 * one, which finds its handle in the class data (JEP 371, {@link MethodHandles.Lookup#defineHiddenClassWithClassData}).
 *
 * <p>This class itself is only the template: it has no class data and is never instantiated.
 */
final class Fused implements RowEncoder, Cell {

    /** The type of all handles, which take the rows or the block, the row or the offset, and the record. */
    static final MethodType TYPE = MethodType.methodType(void.class, Object.class, int.class, Object.class);

    private static final MethodHandle ENCODE = classData();

    private static volatile byte @Nullable [] template;

    Fused() {}

    /** Reads the bytes of this class from the disk, once: {@link #rows} and {@link #of} then do not wait for the disk. */
    static void prepare() {
        if (template == null) {
            try (InputStream file = Fused.class.getResourceAsStream("Fused.class")) {
                if (file == null) {
                    throw new IllegalStateException("Fused.class is missing beside its own class");
                }
                template = file.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException("Fused.class cannot be read", e);
            }
        }
    }

    /** An encoder of the rows of several columns, {@code (Buffer[], int, Object)void}. */
    static RowEncoder rows(MethodHandle encode) {
        return (RowEncoder) copy(encode);
    }

    /** An encoder of compound elements, {@code (ByteBuffer, int, Object)void}. */
    static Cell of(MethodHandle encode) {
        return (Cell) copy(encode);
    }

    private static Object copy(MethodHandle encode) {
        prepare();
        try {
            Class<?> copy = MethodHandles.lookup()
                    .defineHiddenClassWithClassData(Objects.requireNonNull(template), encode.asType(TYPE), true)
                    .lookupClass();
            return copy.getDeclaredConstructor().newInstance();
        } catch (IllegalAccessException
                | InstantiationException
                | NoSuchMethodException
                | InvocationTargetException e) {
            throw new IllegalStateException("cannot copy Fused", e);
        }
    }

    @Override
    public void encode(Object record, Buffer[] rows, int row) {
        call(rows, row, record);
    }

    @Override
    public void put(@Nullable Object record, ByteBuffer block, int at) {
        call(block, at, record);
    }

    private static void call(Object target, int at, @Nullable Object record) {
        try {
            ENCODE.invokeExact(target, at, record);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("an accessor threw", e); // an accessor of a record declares no exceptions
        }
    }

    private static MethodHandle classData() {
        try {
            MethodHandle data = MethodHandles.classData(MethodHandles.lookup(), "_", MethodHandle.class);
            return data != null ? data : MethodHandles.empty(TYPE);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
