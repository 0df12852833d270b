package io.h5sink.jmh;

import java.nio.file.Path;

/** What a contender does in a turn. */
interface Work {

    /**
     * Writes a file from its creation to its end.
     *
     * @param file not there yet
     * @param records how many
     * @param clock runs already; started again by work that has a part that does not count
     * @throws Exception whatever goes wrong, which ends the benchmark
     */
    void run(Path file, int records, Clock clock) throws Exception;
}
