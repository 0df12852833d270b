package io.h5sink.schema;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes records of one type by the type's canonical constructor. */
public final class Construction {

    private final Class<?> type;
    private final List<RecordComponent> components;
    private final MethodHandle constructor;

    private Construction(Class<?> type, List<RecordComponent> components, MethodHandle constructor) {
        this.type = type;
        this.components = components;
        this.constructor = constructor;
    }

    public static Construction of(Class<?> type) {
        List<RecordComponent> components = List.of(type.getRecordComponents());
        if (components.isEmpty()) {
            throw new ValueMismatch("a record with components", type.getTypeName() + ", which has none");
        }
        Class<?>[] types = components.stream().map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Construction.class.getModule().addReads(type.getModule());
            MethodHandle constructor = MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    .findConstructor(type, MethodType.methodType(void.class, types));
            return new Construction(
                    type,
                    components,
                    constructor
                            .asSpreader(Object[].class, types.length)
                            .asType(MethodType.methodType(Object.class, Object[].class)));
        } catch (IllegalAccessException | NoSuchMethodException e) {
            throw new ValueMismatch(
                    "a record whose package is open to io.h5sink",
                    type.getTypeName() + ": \"opens " + type.getPackageName() + "\" is missing in " + type.getModule());
        }
    }

    public List<RecordComponent> components() {
        return components;
    }

    /** Makes a record. Null for a primitive component is a {@link ValueMismatch}, and so is an exception of the constructor. */
    public Object make(@Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null && components.get(i).getType().isPrimitive()) {
                throw new ValueMismatch("a " + components.get(i), "nothing");
            }
        }
        try {
            return (Object) constructor.invokeExact(values);
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw new ValueMismatch(
                    "values that " + type.getTypeName() + " takes",
                    e + " for " + Stream.of(values).toList());
        }
    }
}
