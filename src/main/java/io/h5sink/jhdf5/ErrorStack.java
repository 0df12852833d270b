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
 * Reads HDF5's error stack, which has the library's own words for a failure. The stack must be read before the next call into the library,
 * which clears it.
 */
public final class ErrorStack {

    /** The format in which HDF5's file drivers report a failed system call. */
    private static final Pattern SYSTEM_CALL = Pattern.compile("errno = (\\d+), error message = '([^']*)'");

    private ErrorStack() {}

    /** The reason of the failure of the call that just threw. */
    public static String reason(HDF5Exception e) {
        List<String> stack = descriptions();
        return stack.isEmpty() ? String.valueOf(e.getMessage()).strip() : shortened(stack);
    }

    /** The exception of the call that just threw, with the reason in its message, so that other calls may follow. */
    public static HDF5Exception kept(HDF5Exception e) {
        HDF5Exception kept = new HDF5Exception(reason(e));
        kept.initCause(e);
        return kept;
    }

    /** The reason of the failure of the call that just returned a negative number. */
    static String reason() {
        List<String> stack = descriptions();
        return stack.isEmpty() ? "no reason given" : shortened(stack);
    }

    /**
     * The description of the innermost error, and the operating system's message there. Entries before may be errors that HDF5 ignored,
     * such as a missing optional filter.
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

    /** The descriptions in the calling thread's error stack, from the innermost function outwards. */
    private static List<String> descriptions() {
        List<String> descriptions = new ArrayList<>();
        try {
            H5.H5Ewalk2(
                    HDF5Constants.H5E_DEFAULT,
                    HDF5Constants.H5E_WALK_UPWARD,
                    (H5E_walk_cb) (int index, H5E_error2_t error, H5E_walk_t data) -> {
                        descriptions.add(String.valueOf(error.desc).strip());
                        return 0;
                    },
                    new H5E_walk_t() {});
        } catch (HDF5Exception e) {
            descriptions.add(String.valueOf(e.getMessage()));
        }
        return descriptions;
    }
}
