/** The fields of a record: their names, their types, and how text becomes their values. */
package h5sink.field;
