/** How fast the sink is, against the loop that it replaces and against JHDF5's compound writer. */
package io.h5sink.jmh;
