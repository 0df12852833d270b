package io.h5sink.format.message;

import io.h5sink.format.FormatInput;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;

/**
 * Whether the message that counts a group's links is marked as constant: the HDF5 File Format Specification 3.0, sections IV.A.1 and
 * IV.A.2.c. HDF5 marks others so itself, of which it changes nothing.
 */
public final class ConstantLinks {

    private static final int CONSTANT = 0x01;

    private ConstantLinks() {}

    /**
     * Looks at a group as it is on disk.
     *
     * @param header its address
     * @return false also if the group is not on disk yet, as none is that this session has just made
     */
    public static boolean are(StoredFile file, long header) {
        try (FormatInput bytes = FormatInput.open(file.addresses())) {
            return ObjectHeader.read(bytes, header).messages().stream()
                    .anyMatch(message -> message.type() == ObjectHeader.LINK_INFO && (message.flags() & CONSTANT) != 0);
        } catch (IOException | RuntimeException e) {
            return false; // what is not there yet may be anything
        }
    }
}
