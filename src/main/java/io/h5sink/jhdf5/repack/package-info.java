/**
 * A file written anew: objects, attributes, elements and references copied to another file, and both compared.
 */
@NullMarked
package io.h5sink.jhdf5.repack;

import org.jspecify.annotations.NullMarked;
