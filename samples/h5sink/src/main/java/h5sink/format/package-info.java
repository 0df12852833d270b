/** The formats of an input, JSON and CSV, and the types that its first records suggest. */
package h5sink.format;
