package io.h5sink.crash;

import io.h5sink.Durability;
import io.h5sink.FaceInternals;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.engine.OpenRequest;
import io.h5sink.hdf5.write.Hdf5File;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.testing.LibraryWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a writer that may die is set to. Its name can be parsed.
 *
 * @param library whether the C library writes a file that Java would write
 * @param old whether another program has made the file, in HDF5's oldest format
 */
record Case(Sharing sharing, Layout layout, Kind kind, Durability durability, boolean library, boolean old) {

    /** The end of the name of a case that is the C library's. */
    private static final String LIBRARY = "LIBRARY";

    /** Records to a commit; several chunks, so that their index grows, and the last one is partly full. */
    static final int COMMIT = 13;

    private static final int CHUNK = 4;

    /** {@code -Dh5sink.crash.only='RELEASE-COLUMNS-STRINGS-.*'} leaves others out, to look into one. */
    private static final String ONLY = System.getProperty("h5sink.crash.only", ".*");

    /** All that go together, except for durability. */
    static List<Case> all(Durability durability) {
        List<Case> cases = new ArrayList<>();
        for (Sharing sharing : Sharing.values()) {
            for (Layout layout : Layout.values()) {
                for (Kind kind : Kind.all()) {
                    if (!kind.isOthers() && kind.suits(layout, sharing == Sharing.SWMR)) {
                        cases.add(new Case(sharing, layout, kind, durability, false, false));
                        if (goesByLibrary(sharing, layout)) {
                            cases.add(new Case(sharing, layout, kind, durability, true, false));
                        }
                    }
                }
            }
        }
        cases.removeIf(one -> !one.toString().matches(ONLY));
        return cases;
    }

    /** The same for files that another program has made in HDF5's oldest format, with kinds that make the most of different objects. */
    static List<Case> old(Durability durability) {
        List<Case> cases = new ArrayList<>();
        for (Kind kind : List.of(Kind.MANY, Kind.ROUTES, Kind.LABELLED, Kind.LATEST, Kind.PACKED)) {
            Sharing sharing = kind == Kind.ROUTES ? Sharing.EXCLUSIVE : Sharing.RELEASE;
            cases.add(new Case(sharing, Layout.COLUMNS, kind, durability, false, true));
        }
        cases.removeIf(one -> !one.toString().matches(ONLY));
        return cases;
    }

    /** All whose file another program has begun. */
    static List<Case> others(Durability durability) {
        List<Case> cases = new ArrayList<>();
        for (Sharing sharing : List.of(Sharing.RELEASE, Sharing.EXCLUSIVE)) {
            for (Kind kind : Kind.all()) {
                if (kind.isOthers()) {
                    cases.add(new Case(sharing, Layout.COLUMNS, kind, durability, false, false));
                }
            }
        }
        cases.removeIf(one -> !one.toString().matches(ONLY));
        return cases;
    }

    /** Whether cases are tried with both engines: each kind and each layout at least once. */
    private static boolean goesByLibrary(Sharing sharing, Layout layout) {
        return switch (sharing) {
            case RELEASE -> layout == Layout.COLUMNS;
            case EXCLUSIVE -> layout == Layout.TABLE;
            case SWMR -> layout == Layout.COLUMNS;
        };
    }

    /** Whether Java writes the file. */
    boolean isJavas() {
        return !library;
    }

    static Case parse(String name) {
        String[] words = name.split("-");
        return new Case(
                Sharing.valueOf(words[0]),
                Layout.valueOf(words[1]),
                Kind.valueOf(words[2]),
                Durability.valueOf(words[3]),
                words.length > 4 && words[4].equals(LIBRARY),
                false);
    }

    H5Writer<Object> writer(Path file) {
        H5Writer.Builder<Object> writer = builder(file);
        return (library ? LibraryWriter.of(writer, file, sharing, durability) : writer).build();
    }

    /** A writer to a file, whose changes some files record. */
    H5Writer<Object> writer(Path file, RecordedFiles files) {
        return writer(file, files, writer -> writer);
    }

    /** The same, with more settings. */
    H5Writer<Object> writer(Path file, RecordedFiles files, UnaryOperator<H5Writer.Builder<Object>> settings) {
        StoredFile stored = new StoredFile(files.path(file), new PosixDriver(false));
        OpenRequest request = new OpenRequest(stored, OpenMode.APPEND, sharing, durability == Durability.FSYNC);
        return FaceInternals.wrap(settings.apply(builder(file)), chosen -> new Hdf5File(request))
                .build();
    }

    private H5Writer.Builder<Object> builder(Path file) {
        H5Writer.Builder<Object> writer = H5Writer.to(file)
                .sharing(sharing)
                .layout(layout)
                .durability(durability)
                .chunkRows(CHUNK)
                .commitEvery((long) COMMIT)
                .commitEvery(Duration.ofDays(1));
        kind.configure(writer, layout);
        return writer;
    }

    @Override
    public String toString() {
        return sharing + "-" + layout + "-" + kind + "-" + durability + (library ? "-" + LIBRARY : "")
                + (old ? "-OLDEST" : "");
    }
}
