package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.callbacks.H5E_walk_cb;
import hdf.hdf5lib.callbacks.H5E_walk_t;
import hdf.hdf5lib.exceptions.HDF5Exception;
import hdf.hdf5lib.structs.H5E_error2_t;
import java.util.ArrayList;
import java.util.List;

/** The C library's own words for what went wrong. */
final class ErrorStack {

    private ErrorStack() {}

    /** The calling thread's error stack, from the place where the error arose outwards, in one line. */
    static String text() {
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
        return lines.isEmpty() ? "no details" : String.join(" < ", lines);
    }
}
