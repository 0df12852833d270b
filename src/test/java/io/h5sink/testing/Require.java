package io.h5sink.testing;

import static org.assertj.core.api.Assertions.fail;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a test needs of the machine: missing, it leaves the test out and says so once, or fails it where nothing may be left
 * out.
 */
public final class Require {

    private static final Logger LOG = LoggerFactory.getLogger(Require.class);
    private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

    /** Whether programs that judge our files may be used where they are installed: not if a run is to be as on a machine that has none. */
    public static final boolean JUDGES =
            !System.getProperty("h5sink.judges", "").equals("hidden");

    private Require() {}

    /** Whether something is present that a test can do without; where nothing may be left out, an error if it is not. */
    public static boolean has(boolean present, String missing) {
        if (!present && Boolean.getBoolean("h5sink.require.all")) {
            fail(missing);
        }
        return present;
    }

    /** Goes on if what is needed is present. */
    public static void that(boolean present, String missing) {
        if (has(present, missing)) {
            return;
        }
        if (REPORTED.add(missing)) {
            LOG.warn("{}: the tests that need it are left out", missing);
        }
        Assumptions.abort(missing);
    }
}
