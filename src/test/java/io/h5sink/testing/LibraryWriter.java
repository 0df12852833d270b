package io.h5sink.testing;

import io.h5sink.Durability;
import io.h5sink.FaceInternals;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.engine.OpenRequest;
import io.h5sink.engine.WritableFile;
import io.h5sink.jhdf5.write.LibraryFile;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import java.nio.file.Path;

/** Writers whose files the C library writes from the start, as it does once Java has met an object that it does not extend. */
public final class LibraryWriter {

    private LibraryWriter() {}

    /** Has the C library write a file that Java would write. */
    public static <T> H5Writer.Builder<T> of(H5Writer.Builder<T> builder, Path file) {
        return of(builder, file, Sharing.RELEASE, Durability.FLUSH);
    }

    /** The same, with the sharing and the durability that the builder has. */
    public static <T> H5Writer.Builder<T> of(
            H5Writer.Builder<T> builder, Path file, Sharing sharing, Durability durability) {
        return FaceInternals.wrap(builder, javas -> file(file, sharing, durability));
    }

    /** The file that such a writer writes to. */
    public static WritableFile file(Path file, Sharing sharing, Durability durability) {
        StoredFile stored = new StoredFile(file, new PosixDriver(false));
        return new LibraryFile(new OpenRequest(stored, OpenMode.APPEND, sharing, durability == Durability.FSYNC));
    }
}
