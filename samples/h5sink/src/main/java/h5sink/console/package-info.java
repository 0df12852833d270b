/** The terminal and the user: messages, progress, exit codes, and how values are written as text. */
package h5sink.console;
