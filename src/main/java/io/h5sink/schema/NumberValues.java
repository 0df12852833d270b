package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Readers of numbers, with checked conversions: an integer must keep its value, also as a float; a float that becomes an
 * integer must be one; a double that becomes a float is rounded, but not to infinity.
 */
final class NumberValues {

    private static final double TWO_63 = 0x1p63;

    private final Kind kind;
    private final Class<?> target;

    /** Whether a signed integer takes the bits of an unsigned integer of the same width. */
    private final boolean bits;

    NumberValues(Kind kind, Class<?> target, ElementHints hints) {
        this.kind = kind;
        this.target = target;
        this.bits = hints.unsigned()
                && isUnsigned(kind)
                && bytes(target) == ColumnType.scalar(kind).elementBytes();
    }

    static boolean are(Kind kind) {
        return isInteger(kind) || kind == Kind.FLOAT16 || kind == Kind.FLOAT32 || kind == Kind.FLOAT64;
    }

    static boolean isInteger(Kind kind) {
        return isUnsigned(kind) || kind == Kind.INT8 || kind == Kind.INT16 || kind == Kind.INT32 || kind == Kind.INT64;
    }

    private static boolean isUnsigned(Kind kind) {
        return kind == Kind.UINT8 || kind == Kind.UINT16 || kind == Kind.UINT32 || kind == Kind.UINT64;
    }

    private static int bytes(Class<?> target) {
        return target == byte.class
                ? 1
                : target == short.class ? 2 : target == int.class ? 4 : target == long.class ? 8 : 0;
    }

    /** The Java type that holds all values of a kind. */
    static Class<?> natural(Kind kind) {
        return switch (kind) {
            case INT8 -> byte.class;
            case INT16, UINT8 -> short.class;
            case INT32, UINT16 -> int.class;
            case INT64, UINT32 -> long.class;
            case UINT64 -> BigInteger.class;
            case FLOAT16, FLOAT32 -> float.class;
            default -> double.class;
        };
    }

    /** A reader of one number, boxed; null if the target is no number. */
    @Nullable
    ValueReader one() {
        if (target == double.class) {
            return this::nextDouble;
        }
        if (target == float.class) {
            return this::nextFloat;
        }
        if (target == long.class) {
            return in -> nextInteger(in, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (target == int.class) {
            return in -> (int) nextInteger(in, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (target == short.class) {
            return in -> (short) nextInteger(in, Short.MIN_VALUE, Short.MAX_VALUE);
        }
        if (target == byte.class) {
            return in -> (byte) nextInteger(in, Byte.MIN_VALUE, Byte.MAX_VALUE);
        }
        if (target == BigInteger.class && isInteger(kind)) {
            return this::nextBig;
        }
        return target == boolean.class && isInteger(kind) ? in -> nextBoolean(in) : null;
    }

    /** Fills an array of the target, which must be a primitive number. */
    void fill(Object array, ByteBuffer in) {
        if (array instanceof double[] doubles) {
            if (kind == Kind.FLOAT64) {
                in.asDoubleBuffer().get(doubles);
                skip(in, doubles.length, Double.BYTES);
            } else {
                for (int i = 0; i < doubles.length; i++) {
                    doubles[i] = nextDouble(in);
                }
            }
        } else if (array instanceof float[] floats) {
            if (kind == Kind.FLOAT32) {
                in.asFloatBuffer().get(floats);
                skip(in, floats.length, Float.BYTES);
            } else {
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = nextFloat(in);
                }
            }
        } else if (array instanceof long[] longs) {
            if (kind == Kind.INT64) {
                in.asLongBuffer().get(longs);
                skip(in, longs.length, Long.BYTES);
            } else {
                for (int i = 0; i < longs.length; i++) {
                    longs[i] = nextInteger(in, Long.MIN_VALUE, Long.MAX_VALUE);
                }
            }
        } else if (array instanceof int[] ints) {
            if (kind == Kind.INT32) {
                in.asIntBuffer().get(ints);
                skip(in, ints.length, Integer.BYTES);
            } else {
                for (int i = 0; i < ints.length; i++) {
                    ints[i] = (int) nextInteger(in, Integer.MIN_VALUE, Integer.MAX_VALUE);
                }
            }
        } else if (array instanceof short[] shorts) {
            for (int i = 0; i < shorts.length; i++) {
                shorts[i] = (short) nextInteger(in, Short.MIN_VALUE, Short.MAX_VALUE);
            }
        } else if (array instanceof byte[] bytes) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) nextInteger(in, Byte.MIN_VALUE, Byte.MAX_VALUE);
            }
        }
    }

    private static void skip(ByteBuffer in, int count, int bytes) {
        in.position(in.position() + count * bytes);
    }

    private boolean nextBoolean(ByteBuffer in) {
        return rawInteger(in) != 0;
    }

    private long rawInteger(ByteBuffer in) {
        return switch (kind) {
            case INT8 -> in.get();
            case INT16 -> in.getShort();
            case INT32 -> in.getInt();
            case UINT8 -> in.get() & 0xFF;
            case UINT16 -> in.getShort() & 0xFFFF;
            case UINT32 -> in.getInt() & 0xFFFF_FFFFL;
            default -> in.getLong();
        };
    }

    private double rawReal(ByteBuffer in) {
        return switch (kind) {
            case FLOAT16 -> Half.toDouble(in.getShort());
            case FLOAT32 -> in.getFloat();
            default -> in.getDouble();
        };
    }

    private long nextInteger(ByteBuffer in, long least, long most) {
        if (!isInteger(kind)) {
            double real = rawReal(in);
            if (real != Math.rint(real)
                    || real < -TWO_63
                    || real >= TWO_63
                    || (long) real < least
                    || (long) real > most) {
                throw mismatch(String.valueOf(real));
            }
            return (long) real;
        }
        long raw = rawInteger(in);
        if (!bits && (raw < least || raw > most || (kind == Kind.UINT64 && raw < 0))) {
            throw mismatch(kind == Kind.UINT64 ? Long.toUnsignedString(raw) : Long.toString(raw));
        }
        return raw;
    }

    private double nextDouble(ByteBuffer in) {
        if (!isInteger(kind)) {
            return rawReal(in);
        }
        long raw = rawInteger(in);
        boolean big = kind == Kind.UINT64 && raw < 0;
        double real = big ? (raw >>> 1) * 2.0 : raw;
        boolean exact = big
                ? (raw & 0x7FF) == 0 // 53 of 64 bits
                : real < TWO_63 && (long) real == raw;
        if (!exact) {
            throw mismatch(kind == Kind.UINT64 ? Long.toUnsignedString(raw) : Long.toString(raw));
        }
        return real;
    }

    private float nextFloat(ByteBuffer in) {
        double real = nextDouble(in);
        float rounded = (float) real;
        if (isInteger(kind) ? rounded != real : Float.isInfinite(rounded) && !Double.isInfinite(real)) {
            throw mismatch(String.valueOf(real));
        }
        return rounded;
    }

    private BigInteger nextBig(ByteBuffer in) {
        long raw = rawInteger(in);
        return kind == Kind.UINT64 ? new BigInteger(Long.toUnsignedString(raw)) : BigInteger.valueOf(raw);
    }

    private ValueMismatch mismatch(String value) {
        return new ValueMismatch("a number that " + target.getName() + " holds exactly", value);
    }
}
