package io.h5sink.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.judge.Python;
import java.nio.file.Path;
import java.util.Objects;

/** A program that opens a file for writing again and again until it is asked to end, while a stream goes on. */
public final class AddingProgram implements AutoCloseable {

    /** The program's way with the file; it gives up on a file that is not whole, or takes no notice of that. */
    public enum Way {
        OPENING,
        ADDING,
        ADDING_OR_GIVING_UP,
        PYTABLES
    }

    private static final String SCRIPT = """
            import os, random, sys, threading
            import h5py, numpy
            path, way = sys.argv[1:]
            over = threading.Event()
            threading.Thread(target=lambda: (sys.stdin.readline(), over.set()), daemon=True).start()
            made = 0
            while not over.is_set() or made == 0:
                try:
                    if way == 'PYTABLES':
                        import tables
                        with tables.open_file(path, 'a') as file:
                            file.create_array('/', 'other%d' % made, numpy.arange(100) + made)
                    else:
                        with h5py.File(path, 'r+') as file:
                            if way != 'OPENING':
                                file['i'].attrs['seen'] = made
                                file['other%d' % made] = numpy.arange(100) + made
                    made += 1
                    if made == 1:
                        print('begun', flush=True)
                except OSError if way == 'ADDING_OR_GIVING_UP' else (OSError, RuntimeError, KeyError, ValueError):
                    pass
                over.wait(random.random() * (0.01 if way == 'ADDING_OR_GIVING_UP' else 0.004))
            print(0 if way == 'OPENING' else made)
            """;

    private static final String CHECK = """
            import h5py, numpy, sys
            with h5py.File(sys.argv[1], 'r') as file:
                made = int(sys.argv[2])
                assert file['i'].attrs.get('seen', made - 1) == made - 1
                for k in range(made):
                    assert (file['other%d' % k][:] == numpy.arange(100) + k).all(), k
                print('all there')
            """;

    private final Python.Running running;

    public AddingProgram(Path file, Way way) {
        running = Python.start(SCRIPT, file, way);
    }

    /** Waits until the file was opened once. */
    public void awaitBegin() {
        assertThat(running.hear()).isEqualTo("begun");
    }

    /** Ends the program, and reports how often it has added to the file. */
    public int end() {
        running.send("end");
        return Integer.parseInt(Objects.requireNonNull(running.hear()));
    }

    @Override
    public void close() {
        running.close();
    }

    /** All that was added so often is in the file. */
    public static void assertAllThere(Path file, int made) {
        assertThat(Python.run(CHECK, file, made)).isEqualToIgnoringNewLines("all there");
    }
}
