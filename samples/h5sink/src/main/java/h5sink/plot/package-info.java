/** The subcommand {@code plot}: curves, in the terminal or as an image. */
package h5sink.plot;
