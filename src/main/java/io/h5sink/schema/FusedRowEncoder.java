package io.h5sink.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.nio.Buffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row encoder whose method handle is a constant of its class, so that the compiler sees straight through to the record's
 * accessors. For that to hold for more than one record type, each type gets a class of its own: a hidden copy of this one,
 * which finds its handle in the class data (JEP 371, {@link MethodHandles.Lookup#defineHiddenClassWithClassData}).
 *
 * <p>This class itself is only the mould: it has no class data and is never instantiated.
 */
final class FusedRowEncoder implements RowEncoder {

    private static final MethodHandle ENCODE = classData();

    private static volatile byte @Nullable [] mould;

    FusedRowEncoder() {}

    /** Reads the mould, which is a file's worth of waiting. Others need not wait any more. */
    static void prepare() {
        if (mould == null) {
            try (InputStream file = FusedRowEncoder.class.getResourceAsStream("FusedRowEncoder.class")) {
                if (file == null) {
                    throw new IllegalStateException("FusedRowEncoder.class is missing beside its own class");
                }
                mould = file.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException("FusedRowEncoder.class cannot be read", e);
            }
        }
    }

    /** Makes an encoder from a handle of type {@code (Buffer[], int, Object)void}. */
    static RowEncoder of(MethodHandle encode) {
        prepare();
        try {
            Class<?> copy = MethodHandles.lookup()
                    .defineHiddenClassWithClassData(Objects.requireNonNull(mould), encode, true)
                    .lookupClass();
            return (RowEncoder) copy.getDeclaredConstructor().newInstance();
        } catch (IllegalAccessException
                | InstantiationException
                | NoSuchMethodException
                | InvocationTargetException e) {
            throw new IllegalStateException("cannot copy FusedRowEncoder", e);
        }
    }

    @Override
    public void encode(Object record, Buffer[] rows, int row) {
        try {
            ENCODE.invokeExact(rows, row, record);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("an accessor threw", e); // an accessor of a record declares no exceptions
        }
    }

    private static MethodHandle classData() {
        try {
            MethodHandle data = MethodHandles.classData(MethodHandles.lookup(), "_", MethodHandle.class);
            return data != null ? data : MethodHandles.empty(java.lang.invoke.MethodType.methodType(void.class));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
