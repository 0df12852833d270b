package io.h5sink;

import io.h5sink.hdf5.Library;
import io.h5sink.hdf5.PlainAccess;
import io.h5sink.hdf5.RealPath;
import io.h5sink.hdf5.Recovery;
import io.h5sink.hdf5.StoreException;
import io.h5sink.hdf5.StoredFile;
import java.nio.file.Path;
import java.util.List;

/** Puts a file right whose writer died, while no sink of this JVM has it. Any thread; blocks. */
final class FileRecovery {

    private FileRecovery() {}

    static RecoveryReport run(Path file, Failures failures) {
        DiskPath.mustBe(file);
        List<Path> identity = List.of(RealPath.of(file));
        if (!OpenFiles.claim(identity)) {
            throw failures.of(Problem.of(StoreException.busy("a sink in this JVM writes to it", null)), file, 0);
        }
        try {
            Library.require();
            RecoveryReport report = Recovery.run(new StoredFile(identity.get(0), new PlainAccess(false)));
            return new RecoveryReport(file, report.changed(), report.what());
        } catch (StoreException e) {
            throw failures.of(Problem.of(e), file, 0);
        } finally {
            OpenFiles.release(identity);
        }
    }
}
