package io.h5sink.drivers;

import io.h5sink.Driver;
import io.h5sink.FaceInternals;
import io.h5sink.H5Writer;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.judge.H5py;
import java.nio.file.Path;

/** The drivers whose files lie on disk, each with the words that make h5py use the same one. */
enum OnDisk {
    SEC2(Driver.sec2(), "data.h5", "driver='sec2'"),
    STDIO(Driver.stdio(), "data.h5", "driver='stdio'"),
    CORE(Driver.core(), "data.h5", "driver='core'"),
    CORE_SMALL(Driver.core(1, true), "data.h5", "driver='core', block_size=512"),
    FAMILY(Driver.family(4096), "data-%d.h5", "driver='family', memb_size=4096"),
    FAMILY_PADDED(Driver.family(5000), "100%%-%03d-été.h5", "driver='family', memb_size=5000"),
    SPLIT(Driver.split(), "data", "driver='split'"),
    SPLIT_NAMED(
            Driver.split(".meta", "-données"),
            "data.h5",
            "driver='split', meta_ext=b'.meta', raw_ext='-données'.encode()");

    private final Driver driver;
    private final String name;
    private final String h5py;

    OnDisk(Driver driver, String name, String h5py) {
        this.driver = driver;
        this.name = name;
        this.h5py = h5py;
    }

    /** Whether records are safe only at the end. */
    boolean inMemory() {
        return this == CORE || this == CORE_SMALL;
    }

    Path file(Path directory) {
        return directory.resolve(name);
    }

    /** The file with the superblock. */
    Path head(Path directory) {
        return FaceInternals.files(driver, file(directory)).get(0);
    }

    <T> H5Writer.Builder<T> writer(Path directory) {
        return H5Writer.<T>to(file(directory)).driver(driver);
    }

    /** Makes the file as other programs do. */
    void make(Path directory, Foreign.Format format, Foreign.Content content) {
        Foreign.make(file(directory), FaceInternals.access(driver), format, content);
    }

    H5py read(Path directory) {
        return H5py.read(file(directory), driver, open("'r'"));
    }

    /** An expression that opens the file {@code name} in Python. */
    String open(String mode) {
        return "h5py.File(name, " + mode + ", " + h5py + ")";
    }
}
