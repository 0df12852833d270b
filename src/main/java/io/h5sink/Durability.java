package io.h5sink;

/** The failures that a commit survives. */
public enum Durability {
    /** The death of the process. */
    FLUSH,
    /** The loss of power, too: each commit waits until the disk has it. */
    FSYNC
}
