package io.h5sink.engine;

import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.storage.driver.StoredFile;

/**
 * How a session is to have a file; the same for all of the session.
 *
 * @param file which file
 * @param mode what the first opening does
 * @param sharing who can open the file meanwhile
 * @param force whether each commit waits until the disk has the commit
 */
public record OpenRequest(StoredFile file, OpenMode mode, Sharing sharing, boolean force) {

    /** Whether the file is complete between commits, and others may write to it then. */
    public boolean releases() {
        return sharing == Sharing.RELEASE;
    }

    /** Whether readers may follow within the session. */
    public boolean followed() {
        return sharing == Sharing.SWMR;
    }

    /** The same request for a file that is there under another name, behind all links. */
    public OpenRequest at(StoredFile real) {
        return new OpenRequest(real, mode, sharing, force);
    }
}
