/** The command line: its subcommands, by what they do, rest on {@code console}, and those that read files on {@code file}. */
package h5sink;
