/** The frame of a sample: its command line, its progress, and a look at its file. */
package shared;
