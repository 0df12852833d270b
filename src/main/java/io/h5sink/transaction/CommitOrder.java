package io.h5sink.transaction;

import io.h5sink.Sharing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The order in which a commit overwrites the metadata of the commit before. */
public enum CommitOrder {
    /** By address, neighbours with one write: readers look between two commits only. */
    ADDRESSES,

    /**
     * The order of HDF5's single writer with multiple readers, who look at any moment: each block with a write of its own, and each block
     * after all blocks that pointers in the block lead to. New blocks and rows are written before. The header of a dataset comes last, since
     * the extent in the header is what makes rows count. Space that a commit frees stays as it is, because readers may still have pointers
     * to that space.
     */
    CHILDREN_FIRST;

    /** The signatures of blocks with pointers to other blocks, each behind those that its pointers lead to. */
    private static final List<String> SIGNATURES =
            List.of("EADB", "EASB", "EAIB", "EAHD", "FADB", "FAHD", "BTLF", "BTIN", "BTHD", "OCHK", "OHDR");

    private static final int SIGNATURE_BYTES = 4;

    /** The order for a session's kind of sharing. */
    static CommitOrder of(Sharing sharing) {
        return sharing == Sharing.SWMR ? CHILDREN_FIRST : ADDRESSES;
    }

    /**
     * The place of a block among the others of a commit: blocks of a lower rank are written first. Blocks without one of the signatures,
     * such as the pages of data blocks, have no pointers to metadata, and the lowest rank.
     */
    static int rank(ByteBuffer block) {
        if (block.capacity() < SIGNATURE_BYTES) {
            return -1;
        }
        byte[] signature = new byte[SIGNATURE_BYTES];
        block.get(0, signature);
        return SIGNATURES.indexOf(new String(signature, StandardCharsets.ISO_8859_1));
    }
}
