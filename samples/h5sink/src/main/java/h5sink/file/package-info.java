/** A file that is read: what its paths lead to, what is in its groups, and what the numbers in it mean. */
package h5sink.file;
