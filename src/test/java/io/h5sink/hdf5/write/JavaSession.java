package io.h5sink.hdf5.write;

import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.engine.OpenRequest;
import io.h5sink.engine.WritableFile;
import io.h5sink.filter.FilterLibrary;
import io.h5sink.jhdf5.LateFilters;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import java.nio.file.Path;

/** Commits to an {@link Hdf5File}, without a sink. */
final class JavaSession {

    private JavaSession() {}

    /** What a commit is of. */
    @FunctionalInterface
    interface Change {
        void make(WritableFile file);
    }

    /** Opens a file, commits each of the changes, and closes the file. */
    static void write(Path file, Change... commits) {
        write(file, new LateFilters(), commits);
    }

    /** The same, with another library for the filters that Java does not have. */
    static void write(Path file, FilterLibrary filters, Change... commits) {
        Hdf5File session = new Hdf5File(
                new OpenRequest(new StoredFile(file, new PosixDriver(false)), OpenMode.APPEND, Sharing.RELEASE, false),
                filters);
        for (Change commit : commits) {
            session.open();
            try {
                commit.make(session);
            } catch (RuntimeException e) {
                session.abandon();
                throw e;
            }
            session.commit();
        }
        session.close();
    }
}
