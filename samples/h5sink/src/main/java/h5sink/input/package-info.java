/** Bytes that come in: standard input or a growing file, unpacked, and cut into lines. */
package h5sink.input;
