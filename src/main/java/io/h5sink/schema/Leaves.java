package io.h5sink.schema;

import io.h5sink.format.StoredText;
import io.h5sink.schema.ColumnType.Kind;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Readers of single elements that are no compounds. */
final class Leaves {

    private Leaves() {}

    /** The Java type that holds all elements of a kind. */
    static Class<?> natural(Kind kind) {
        return NumberValues.are(kind)
                ? NumberValues.natural(kind)
                : switch (kind) {
                    case BOOL -> boolean.class;
                    case OPAQUE -> byte[].class;
                    case COMPOUND -> Map.class;
                    default -> String.class;
                };
    }

    static ValueReader of(ColumnType element, Class<?> target, ElementHints hints) {
        Kind kind = element.kind();
        if (target == Object.class) {
            return of(element, natural(kind), hints);
        }
        ValueReader reader = NumberValues.are(kind)
                ? TimeValues.are(target)
                        ? TimeValues.of(kind, target, hints.units())
                        : target == Number.class
                                ? new NumberValues(kind, natural(kind), hints).one()
                                : new NumberValues(kind, target, hints).one()
                : switch (kind) {
                    case BOOL -> target == boolean.class ? in -> in.get() != 0 : null;
                    case ENUM -> enumeration(element, target);
                    case OPAQUE -> target == byte[].class ? bytes(in -> taken(in, element.elementBytes())) : null;
                    case STRING -> text(target, Leaves::variable);
                    default -> text(target, in -> fixed(in, element.elementBytes()));
                };
        if (reader == null) {
            throw new ValueMismatch(target.getTypeName(), element.kindName());
        }
        return reader;
    }

    private static @Nullable ValueReader enumeration(ColumnType element, Class<?> target) {
        List<String> symbols = element.symbols();
        @Nullable Object[] values = new @Nullable Object[symbols.size()];
        if (target == String.class || target == CharSequence.class) {
            symbols.toArray(values);
        } else if (target.isEnum()) {
            Map<String, Object> constants = new LinkedHashMap<>();
            for (Object constant : target.getEnumConstants()) {
                constants.put(((Enum<?>) constant).name(), constant);
            }
            for (int i = 0; i < values.length; i++) {
                values[i] = constants.get(symbols.get(i));
            }
        } else {
            return null;
        }
        int bytes = element.elementBytes();
        return in -> {
            int index = bytes == 1 ? in.get() : bytes == 2 ? in.getShort() : in.getInt();
            if (index < 0 || index >= values.length) {
                throw new ValueMismatch("a value of " + element.kindName(), "one that has no name");
            }
            if (values[index] == null) {
                throw new ValueMismatch("a constant of " + target.getTypeName(), symbols.get(index));
            }
            return values[index];
        };
    }

    private interface ByteLeaf {
        ByteBuffer next(ByteBuffer in);
    }

    private static ByteBuffer variable(ByteBuffer in) {
        return taken(in, in.getInt());
    }

    private static ByteBuffer taken(ByteBuffer in, int length) {
        ByteBuffer taken = in.slice(in.position(), length);
        in.position(in.position() + length);
        return taken;
    }

    private static ByteBuffer fixed(ByteBuffer in, int length) {
        ByteBuffer taken = taken(in, length);
        int end = length;
        while (end > 0 && taken.get(end - 1) == 0) {
            end--;
        }
        return taken.limit(end);
    }

    private static ValueReader bytes(ByteLeaf bytes) {
        return in -> {
            ByteBuffer next = bytes.next(in);
            byte[] copy = new byte[next.remaining()];
            next.get(copy);
            return copy;
        };
    }

    private static @Nullable ValueReader text(Class<?> target, ByteLeaf bytes) {
        if (target == String.class || target == CharSequence.class) {
            return in -> StoredText.decoded(bytes.next(in));
        }
        if (target == byte[].class) {
            return bytes(bytes);
        }
        if (target == char.class) {
            return in -> {
                String text = StoredText.decoded(bytes.next(in));
                if (text.length() > 1) {
                    throw new ValueMismatch("a character", '"' + text + '"');
                }
                return text.isEmpty() ? '\0' : text.charAt(0);
            };
        }
        if (target == UUID.class) {
            return in -> uuid(StoredText.decoded(bytes.next(in)));
        }
        return null;
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new ValueMismatch("a UUID", '"' + text + '"');
        }
    }
}
