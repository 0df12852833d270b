package io.h5sink.jmh;

/**
 * Who takes part in a race.
 *
 * @param title for the table
 * @param host where it runs
 * @param work what it does, see {@link Works} and {@code peers.py}
 * @param records in each turn; slow ones get fewer, of the same bytes
 * @param units what a record counts, in the race's unit: 1 where speeds are records a second
 */
record Contender(String title, Host host, String work, int records, double units) {

    static Contender of(String title, Host host, String work, int records) {
        return new Contender(title, host, work, records, 1);
    }
}
