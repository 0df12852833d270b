/**
 * Ends a reactive stream in an HDF5 file: {@link io.h5sink.H5Sink} for one line, {@link io.h5sink.H5Writer} for more.
 *
 * <p>A stream carries Java records, {@link io.h5sink.H5Record}s or maps with string keys. Each component or name has a dataset,
 * whose first axis counts rows. The first record fixes types and shapes; later numbers may be of any type, as long as the
 * column holds their value exactly.
 *
 * <table>
 * <caption>What is stored as what</caption>
 * <tr><th>Java</th><th>HDF5</th><th>h5py</th></tr>
 * <tr><td>byte, short, int, long</td><td>signed integer, little-endian</td><td>int8 … int64</td></tr>
 * <tr><td>float, double</td><td>IEEE 754, little-endian</td><td>float32, float64</td></tr>
 * <tr><td>boolean</td><td>enumeration FALSE = 0, TRUE = 1 on 1 byte</td><td>bool</td></tr>
 * <tr><td>char</td><td>UTF-8 string of 3 bytes</td><td>bytes, {@code asstr()}</td></tr>
 * <tr><td>String, any CharSequence</td><td>variable-length UTF-8 string</td><td>bytes, {@code asstr()}</td></tr>
 * <tr><td>String with length(n)</td><td>UTF-8 string of n bytes, padded with NUL</td><td>bytes, {@code asstr()}</td></tr>
 * <tr><td>enum</td><td>enumeration on the smallest signed integer</td><td>int8, {@code h5py.check_enum_dtype} has the names</td></tr>
 * <tr><td>UUID</td><td>UTF-8 string of 36 bytes</td><td>bytes, {@code asstr()}</td></tr>
 * <tr><td>Instant, ZonedDateTime, OffsetDateTime</td><td>64-bit integer, {@code units} nanoseconds since 1970-01-01 (UTC)</td><td>int64</td></tr>
 * <tr><td>LocalDateTime</td><td>64-bit integer, {@code units} nanoseconds since 1970-01-01</td><td>int64</td></tr>
 * <tr><td>LocalDate</td><td>64-bit integer, {@code units} days since 1970-01-01</td><td>int64</td></tr>
 * <tr><td>LocalTime</td><td>64-bit integer since midnight, {@code units} nanoseconds</td><td>int64</td></tr>
 * <tr><td>Duration</td><td>64-bit integer, {@code units} nanoseconds</td><td>int64</td></tr>
 * <tr><td>box, Optional, OptionalInt, OptionalLong, OptionalDouble</td><td>as what is in it; null and empty are the fill value, or else an error</td><td>the same</td></tr>
 * <tr><td>array of any rank, Collection, ByteBuffer … DoubleBuffer</td><td>the element's type, an axis more for each level</td><td>shape (N, k, …)</td></tr>
 * <tr><td>array, Collection or buffer with ragged()</td><td>variable-length sequence, H5T_VLEN</td><td>array of arrays</td></tr>
 * <tr><td>array, Collection or buffer with ragged(OFFSETS)</td><td>group of {@code values} and {@code offsets}</td><td>values[offsets[i]:offsets[i + 1]]</td></tr>
 * <tr><td>record, Map with String keys as a value of a name</td><td>group with a dataset for each component or key</td><td>f["position/x"]</td></tr>
 * <tr><td>array or Collection of records</td><td>compound</td><td>structured array</td></tr>
 * <tr><td>record with layout(TABLE)</td><td>one dataset {@code table} of compounds</td><td>structured array</td></tr>
 * <tr><td>number with as(type)</td><td>that type: integers are checked or saturate, floats are rounded</td><td>the type, also float16</td></tr>
 * <tr><td>integer with unsigned()</td><td>unsigned integer of the same width, the same bits</td><td>uint8 … uint64</td></tr>
 * <tr><td>BigDecimal, BigInteger</td><td>refused: make it a double, a long or a String</td><td></td></tr>
 * </table>
 *
 * <p>Anything else, null without a fill value, and an array of another length than the first end the session with an
 * {@link io.h5sink.H5SchemaException}; the records before it are in the file. What goes beyond types, {@link io.h5sink.H5Field}
 * declares on a component and {@link io.h5sink.H5Writer.Builder#column} on a name.
 *
 * <p>A writer with {@link io.h5sink.H5Writer.Builder#positions} keeps the dataset {@code /.h5sink/positions}, a row for each partition
 * of the source, with its name (512 bytes of UTF-8, padded with NUL) and two offsets. Those with the index {@code commits % 2} hold,
 * {@code commits} being an attribute of the dataset that counts commits; the others are of the commit before, or are being
 * written. In h5py:
 *
 * <pre>{@code
 * table = file["/.h5sink/positions"]
 * holds = table.attrs["commits"] % 2
 * positions = {row["partition"].decode(): int(row["offset"][holds]) for row in table[:]}
 * }</pre>
 */
@NullMarked
package io.h5sink;

import org.jspecify.annotations.NullMarked;
