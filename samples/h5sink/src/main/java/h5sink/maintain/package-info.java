/** The subcommands {@code verify}, {@code recover} and {@code repack}. */
package h5sink.maintain;
