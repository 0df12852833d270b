package io.h5sink.format.message;

import io.h5sink.format.FormatInput;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;

/**
 * Whether a group's Link Info message is marked as constant: HDF5 File Format Specification 3.0, sections IV.A.1 and IV.A.2.c. HDF5 marks
 * the messages as constant that it never changes.
 */
public final class ConstantLinks {

    private ConstantLinks() {}

    /**
     * Reads a group's header from the disk.
     *
     * @param header the address of the group's header
     * @return whether the Link Info message is constant; false also if the group is not on disk yet, as after this session has created it
     */
    public static boolean are(StoredFile file, long header) {
        try (FormatInput bytes = FormatInput.open(file.addresses())) {
            return ObjectHeader.read(bytes, header).messages().stream()
                    .anyMatch(message ->
                            message.type() == ObjectHeader.LINK_INFO && (message.flags() & HeaderEditor.CONSTANT) != 0);
        } catch (IOException | RuntimeException e) {
            return false; // the bytes at that address may be anything
        }
    }
}
