package io.h5sink.hdf5;

import java.io.IOException;

/**
 * Whether the message that counts a group's links is marked as constant: the HDF5 File Format Specification 3.0, sections IV.A.1 and
 * IV.A.2.c. HDF5 marks others so itself, of which it changes nothing.
 */
final class ConstantLinks {

    private static final int CONSTANT = 0x01;

    private ConstantLinks() {}

    /**
     * Looks at a group as it is on disk.
     *
     * @param header its address
     * @return false also if the group is not on disk yet, as none is that this session has just made
     */
    static boolean are(StoredFile file, long header) {
        try (StructureBytes bytes = StructureBytes.open(file.addresses())) {
            return StructureHeader.read(bytes, header).messages().stream()
                    .anyMatch(message ->
                            message.type() == StructureHeader.LINK_INFO && (message.flags() & CONSTANT) != 0);
        } catch (IOException | RuntimeException e) {
            return false; // what is not there yet may be anything
        }
    }
}
