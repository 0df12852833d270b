package io.h5sink.crash;

import io.h5sink.H5Exception;
import io.h5sink.H5Writer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** The ways in which a file is put right whose writer died. */
enum Recovery {
    /** {@link H5Writer#recover} puts the file right. */
    ON_REQUEST {
        @Override
        void put(Case what, Path file) {
            H5Writer.recover(file);
        }
    },
    /** The next session puts the file right, and writes nothing. */
    NEXT_SESSION {
        @Override
        void put(Case what, Path file) {
            what.writer(file).write(Flux.empty()).block();
        }
    };

    abstract void put(Case what, Path file);

    /** Puts a file right, and reports what kept it from that, or null. */
    @Nullable
    String run(Case what, Path file) {
        try {
            put(what, file);
            return null;
        } catch (H5Exception e) {
            return e.getMessage();
        }
    }
}
