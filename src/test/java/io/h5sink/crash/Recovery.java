package io.h5sink.crash;

import io.h5sink.H5Exception;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** What the sink does about a file whose writer died. */
final class Recovery {

    private Recovery() {}

    /** Puts a file right, and tells what kept it from that, or null. */
    static @Nullable String run(Path file) {
        try {
            H5Writer.to(file)
                    .open(OpenMode.EXISTING)
                    .build()
                    .write(Flux.empty())
                    .block();
            return null;
        } catch (H5Exception e) {
            return Files.exists(file) ? e.getMessage() : null; // it was removed, since nothing was committed
        }
    }
}
