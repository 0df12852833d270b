package io.h5sink.crash;

import io.h5sink.H5Exception;
import io.h5sink.H5Writer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the sink does about a file whose writer died. */
final class Recovery {

    private Recovery() {}

    /** Puts a file right, and tells what kept it from that, or null. */
    static @Nullable String run(Path file) {
        try {
            H5Writer.recover(file);
            return null;
        } catch (H5Exception e) {
            return e.getMessage();
        }
    }
}
