package io.h5sink.filter.codec;

import java.io.File;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.Adler32;
import java.util.zip.Deflater;

/**
 * HDF5 filter 1 by Intel ISA-L, through the Genomics Kernel Library (GKL): a zlib header, the deflate stream of ISA-L and a checksum
 * (RFC 1950). GKL's deflater takes arrays from index 0 only.
 *
 * <p>GKL 0.8.11 is an automatic module named by its file, which no module descriptor should require, and gatk-native-bindings 1.0.0, which
 * GKL needs, cannot be on a module path: "native" is no name of a module. Hence GKL stands on the class path, a method handle makes GKL's
 * deflater, and this class uses the {@link Deflater} of the JDK that GKL's deflater extends.
 */
public final class IsaL implements Compressor {

    /** The zlib header for deflate with a window of 32 KiB, the fastest level and no dictionary. */
    private static final short HEADER = 0x7801;

    /** GKL's level 2 comes closer to the size of zlib's level 1 than GKL's level 1, and is about as fast. */
    private static final int LEVEL = 2;

    private static final int FRAME_BYTES = 2 + Integer.BYTES;

    /** The output is so much larger than a chunk that GKL, which throws when its output is full, can finish a chunk that grows. */
    private static final int SPARE_BYTES = 1 << 10;

    private static final String DEFLATER = "com.intel.gkl.compression.IntelDeflater";

    /** The logger of GKL's loader, unless an application configures commons-logging, which GKL logs through. */
    private static final Logger LOADER = Logger.getLogger("com.intel.gkl.NativeLibraryLoader");

    private record IsaLDeflating(Deflater deflater, Adler32 adler) implements Scratch.Context {

        @Override
        public void close() {
            deflater.end();
        }
    }

    /** Kept in a field, so that encoding a chunk makes no lambda. */
    private final Supplier<IsaLDeflating> deflating;

    /**
     * Loads the library.
     *
     * @throws NoClassDefFoundError if GKL is missing
     * @throws IllegalStateException if GKL is not made for this machine
     */
    public IsaL() {
        Level before = LOADER.getLevel();
        if (before == null) {
            LOADER.setLevel(Level.WARNING); // GKL logs at INFO that the library is loaded
        }
        try {
            Class<?> type = Class.forName(DEFLATER);
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            MethodHandle constructor = lookup.findConstructor(
                            type, MethodType.methodType(void.class, int.class, boolean.class))
                    .asType(MethodType.methodType(Deflater.class, int.class, boolean.class));
            MethodHandle load = lookup.findVirtual(type, "load", MethodType.methodType(boolean.class, File.class))
                    .asType(MethodType.methodType(boolean.class, Deflater.class, File.class));
            if (!load(load, deflater(constructor))) {
                throw new IllegalStateException("gkl has no ISA-L for this machine");
            }
            deflating = () -> new IsaLDeflating(deflater(constructor), new Adler32());
        } catch (ClassNotFoundException e) {
            throw (NoClassDefFoundError) new NoClassDefFoundError(DEFLATER).initCause(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("gkl has another deflater: " + e.getMessage(), e);
        } finally {
            LOADER.setLevel(before);
        }
    }

    private static Deflater deflater(MethodHandle constructor) {
        try {
            return (Deflater) constructor.invokeExact(LEVEL, true);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static boolean load(MethodHandle load, Deflater deflater) {
        try {
            return (boolean) load.invokeExact(deflater, (File) null);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static RuntimeException unchecked(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }

    @Override
    public boolean onHeap() {
        return true;
    }

    @Override
    public boolean encode(ByteBuffer chunk, ByteBuffer out, Scratch scratch) {
        int capacity = out.remaining() - FRAME_BYTES;
        if (capacity <= 0 || !chunk.hasRemaining()) {
            return false;
        }
        IsaLDeflating context = scratch.context(IsaLDeflating.class, deflating);
        int bytes = chunk.remaining();
        byte[] input = scratch.array(chunk);
        byte[] output = scratch.output(bytes + bytes / 8 + SPARE_BYTES);
        Deflater deflater = context.deflater;
        deflater.reset();
        deflater.setInput(input, 0, bytes);
        deflater.finish();
        int deflated = deflater.deflate(output, 0, output.length);
        if (!deflater.finished() || deflated > capacity) {
            return false;
        }
        context.adler.reset();
        context.adler.update(input, 0, bytes);
        int sum = (int) context.adler.getValue();
        out.put((byte) (HEADER >>> 8)).put((byte) HEADER).put(output, 0, deflated);
        out.put((byte) (sum >>> 24))
                .put((byte) (sum >>> 16))
                .put((byte) (sum >>> 8))
                .put((byte) sum);
        return true;
    }

    @Override
    public long decodedSize(ByteBuffer stored, int[] values) {
        return UNKNOWN_SIZE;
    }

    @Override
    public void decode(ByteBuffer stored, int[] values, ByteBuffer chunk, Scratch scratch) {
        Gzip.inflate(stored, chunk, scratch);
    }
}
