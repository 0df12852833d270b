package io.h5sink.sink;

import io.h5sink.RecoveryReport;
import io.h5sink.access.DiskPath;
import io.h5sink.access.Failures;
import io.h5sink.access.OpenFiles;
import io.h5sink.access.Problem;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.commit.Recovery;
import io.h5sink.storage.RealPath;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import java.nio.file.Path;
import java.util.List;

/** Recovers a file whose writer died; refuses while a sink of this JVM writes to the file. Any thread; blocks. */
public final class FileRecovery {

    private FileRecovery() {}

    public static RecoveryReport run(Path file, Failures failures) {
        DiskPath.mustBe(file);
        List<Path> identity = List.of(RealPath.of(file));
        if (!OpenFiles.claim(identity)) {
            throw failures.of(Problem.of(StorageException.busy("a sink in this JVM writes to it", null)), file, 0);
        }
        try {
            Library.require();
            RecoveryReport report = Recovery.run(new StoredFile(identity.get(0), new PosixDriver(false)));
            return new RecoveryReport(file, report.changed(), report.what());
        } catch (StorageException e) {
            throw failures.of(Problem.of(e), file, 0);
        } finally {
            OpenFiles.release(identity);
        }
    }
}
