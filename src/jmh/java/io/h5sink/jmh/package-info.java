/**
 * How fast the sink is, against what it replaces. {@link io.h5sink.jmh.Bench} prints the table: rows are {@link io.h5sink.jmh.Row}s, most of
 * them a {@link io.h5sink.jmh.Race} of contenders, each in a process of its own. {@link io.h5sink.jmh.HotPath} is JMH's.
 */
package io.h5sink.jmh;
