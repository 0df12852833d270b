package io.h5sink.codec;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The compressors by method. What a library cannot do is found once, and only when it is asked for. */
final class Compressors {

    /** A compressor, or why there is none. */
    private record Found(
            @Nullable Compressor compressor, @Nullable Throwable failure) {

        /** Takes a lambda, not a reference to a constructor, which would be linked, and fail, before this begins. */
        static Found by(Supplier<Compressor> make) {
            try {
                return new Found(make.get(), null);
            } catch (RuntimeException | LinkageError e) {
                return new Found(null, e);
            }
        }
    }

    private static final class IsaLHolder {
        static final Found FOUND = Found.by(() -> new IsaL());
    }

    private static final class ZstdHolder {
        static final Found FOUND = Found.by(() -> new Zstd(1));
    }

    private static final class Lz4Holder {
        static final Found FOUND = Found.by(() -> new Lz4());
    }

    private Compressors() {}

    /**
     * The compressor of a method, or null for none.
     *
     * @throws MissingCodecException if its library is missing or does not work here
     */
    static @Nullable Compressor of(Method method, int level) {
        return switch (method) {
            case NONE -> null;
            // ISA-L comes within a few percent of zlib's level 1; what a higher level asks for it does not give.
            case GZIP -> {
                Compressor isaL = level == 1 ? IsaLHolder.FOUND.compressor : null;
                yield isaL != null ? isaL : new Gzip(level);
            }
            case LZF -> new Lzf();
            case ZSTD -> {
                require(ZstdHolder.FOUND, "zstd", "com.github.luben:zstd-jni");
                yield new Zstd(level);
            }
            case LZ4 -> require(Lz4Holder.FOUND, "lz4", "at.yawk.lz4:lz4-java");
        };
    }

    private static Compressor require(Found found, String method, String artifact) {
        Compressor compressor = found.compressor;
        if (compressor == null) {
            Throwable failure = found.failure;
            String message = failure instanceof NoClassDefFoundError
                    ? "compression " + method + " needs the library " + artifact + ": add it to the dependencies"
                    : "compression " + method + ": the library " + artifact + " does not work here: " + failure;
            throw new MissingCodecException(message, failure);
        }
        return compressor;
    }
}
