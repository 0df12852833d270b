/** From stored elements to Java values, and back for numbers and fixed strings: checked conversions, arrays, records. Pure Java. */
@NullMarked
package io.h5sink.value;

import org.jspecify.annotations.NullMarked;
