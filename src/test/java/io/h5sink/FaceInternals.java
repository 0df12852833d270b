package io.h5sink;

import io.h5sink.access.Failures;
import io.h5sink.engine.WritableFile;
import io.h5sink.filter.Filter;
import io.h5sink.schema.ColumnDeclaration;
import io.h5sink.sink.Session;
import io.h5sink.sink.settings.Quantities;
import io.h5sink.sink.settings.Settings;
import io.h5sink.source.FileOrigin;
import io.h5sink.storage.driver.FileDriver;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import reactor.util.context.Context;

/** The package-private members of the face that tests in other packages need. */
public final class FaceInternals {

    private FaceInternals() {}

    /** Puts something between the writer's session and its file. */
    public static <T> H5Writer.Builder<T> wrap(
            H5Writer.Builder<T> builder, Function<WritableFile, WritableFile> wrapper) {
        return builder.store(wrapper);
    }

    public static <T> H5Sink<T> sink(Settings settings, Context context) {
        return new H5Sink<>(settings, context);
    }

    /** The bytes that a sink's session holds in its buffers. */
    public static long held(H5Sink<?> sink) {
        try {
            Field session = H5Sink.class.getDeclaredField("session");
            session.setAccessible(true);
            return ((Session) Objects.requireNonNull(session.get(sink))).held();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    public static Failures failures() {
        return H5Failures.FAILURES;
    }

    public static FileOrigin origin(Driver driver, Path file) {
        return driver.origin(file);
    }

    public static Quantities quantities() {
        return H5Record::forEach;
    }

    public static FileDriver access(Driver driver) {
        return driver.access();
    }

    public static List<Path> files(Driver driver, Path file) {
        return driver.access().files(file);
    }

    public static List<Filter> filters(Compression compression) {
        return compression.rule().filters();
    }

    public static ColumnSpec column(H5Field field) {
        return new ColumnSpec(ColumnDeclaration.of(field));
    }
}
