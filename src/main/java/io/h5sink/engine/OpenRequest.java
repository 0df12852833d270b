package io.h5sink.engine;

import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.storage.driver.StoredFile;

/**
 * The request to open a file for a session; constant for the whole session.
 *
 * @param file the path and the driver of the file
 * @param mode the mode of the first opening
 * @param sharing the programs that can open the file during the session
 * @param force whether each commit is forced to the disk before the commit returns
 */
public record OpenRequest(StoredFile file, OpenMode mode, Sharing sharing, boolean force) {

    /** Whether the file is complete between commits, and other programs may write to the file then. */
    public boolean releases() {
        return sharing == Sharing.RELEASE;
    }

    /** Whether readers may follow within the session. */
    public boolean followed() {
        return sharing == Sharing.SWMR;
    }

    /** The same request for the file's real path, with all links resolved. */
    public OpenRequest at(StoredFile real) {
        return new OpenRequest(real, mode, sharing, force);
    }
}
