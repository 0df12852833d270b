package io.h5sink;

import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine: missing, it leaves the test out, or fails it where nothing may be left out. */
final class Require {

    private Require() {}

    static void that(boolean present, String missing) {
        if (present) {
            return;
        }
        if (Boolean.getBoolean("h5sink.require.all")) {
            fail(missing);
        }
        Assumptions.abort(missing);
    }
}
