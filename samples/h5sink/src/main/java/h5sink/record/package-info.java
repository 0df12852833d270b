/** The subcommand {@code record}: lines become rows of a file. */
package h5sink.record;
