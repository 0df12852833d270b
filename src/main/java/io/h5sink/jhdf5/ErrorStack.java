package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.callbacks.H5E_walk_cb;
import hdf.hdf5lib.callbacks.H5E_walk_t;
import hdf.hdf5lib.exceptions.HDF5Exception;
import hdf.hdf5lib.structs.H5E_error2_t;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The C library's own words for what went wrong. They must be read before the next call into the library, which forgets
 * them.
 */
public final class ErrorStack {

    /** How the library's file drivers report a failed system call. */
    private static final Pattern SYSTEM_CALL = Pattern.compile("errno = (\\d+), error message = '([^']*)'");

    private ErrorStack() {}

    /** What went wrong in the call that just threw. */
    public static String reason(HDF5Exception e) {
        List<String> stack = lines();
        return stack.isEmpty() ? String.valueOf(e.getMessage()).strip() : shortened(stack);
    }

    /** The exception of the call that just threw, with the reason in its message, so that other calls may follow. */
    public static HDF5Exception kept(HDF5Exception e) {
        HDF5Exception kept = new HDF5Exception(reason(e));
        kept.initCause(e);
        return kept;
    }

    /** What went wrong in the call that just returned a negative number. */
    static String reason() {
        List<String> stack = lines();
        return stack.isEmpty() ? "no reason given" : shortened(stack);
    }

    /**
     * The place where the error arose, and what the system said there. Before that there may be errors that the library did not mind, as
     * that it lacks an optional filter.
     */
    private static String shortened(List<String> stack) {
        for (String line : stack) {
            Matcher system = SYSTEM_CALL.matcher(line);
            if (system.find()) {
                String what = line.split("[:,]", 2)[0]; // the rest repeats the arguments of the call
                return what + ": " + system.group(2) + " (errno " + system.group(1) + ")";
            }
        }
        return stack.get(0);
    }

    /** The calling thread's error stack, from the place where the error arose outwards. */
    private static List<String> lines() {
        List<String> lines = new ArrayList<>();
        try {
            H5.H5Ewalk2(
                    HDF5Constants.H5E_DEFAULT,
                    HDF5Constants.H5E_WALK_UPWARD,
                    (H5E_walk_cb) (int index, H5E_error2_t error, H5E_walk_t data) -> {
                        lines.add(String.valueOf(error.desc).strip());
                        return 0;
                    },
                    new H5E_walk_t() {});
        } catch (HDF5Exception e) {
            lines.add(String.valueOf(e.getMessage()));
        }
        return lines;
    }
}
