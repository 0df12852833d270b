/** The subcommands {@code ls}, {@code show} and {@code tail}. */
package h5sink.show;
