package io.h5sink.sink.column;

import io.h5sink.Ragged;
import io.h5sink.engine.WritableFile;
import io.h5sink.schema.AttributeValue;
import io.h5sink.schema.Axes;
import io.h5sink.schema.ChunkShape;
import io.h5sink.schema.Column;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ColumnType.Kind;
import io.h5sink.sink.settings.Codings;
import io.h5sink.sink.settings.Settings;
import io.h5sink.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** Makes the writers of columns. Datasets that do not exist are created with their first rows. Belongs to the writer thread. */
final class ColumnWriterFactory {

    private final Settings settings;
    private final Codings codings;
    private final WritableFile store;

    ColumnWriterFactory(Settings settings, Codings codings, WritableFile store) {
        this.settings = settings;
        this.codings = codings;
        this.store = store;
    }

    /**
     * The writer of a column, in a file that is open.
     *
     * @param rowsBefore the number of rows of the fill value at the start of a dataset that is created
     */
    ColumnWriter of(String path, Column column, long rowsBefore) {
        if (column.rule().latest()) {
            ColumnType type = column.type();
            WritableFile.Latest dataset = store.latest(path, type);
            checkUnits(path, type, column);
            attribute(path, "units", type.kind().units());
            describe(path, column);
            return new LatestWriter(path, dataset, (int) settings.chunk(column, type)[0]);
        }
        if (column.rule().ragged() == Ragged.OFFSETS) {
            ColumnType value = column.type().one();
            ColumnType offset = ColumnType.scalar(Kind.INT64);
            ColumnWriter values = dataset(path + "/values", column, value, 0);
            describe(path + "/values", column);
            ColumnWriter offsets = dataset(path + "/offsets", column, offset, 0);
            return new OffsetsWriter(path, values, offsets, value.elementBytes());
        }
        ColumnWriter writer = dataset(path, column, column.type(), rowsBefore);
        describe(path, column);
        return writer;
    }

    private ColumnWriter dataset(String path, Column column, ColumnType type, long rowsBefore) {
        long[] chunk = settings.chunk(column, type);
        if (chunk[0] > 1 && chunk[0] * type.referenceBytes() >= ChunkShape.TOO_MANY_BYTES) {
            throw StorageException.schema(
                    path,
                    "a chunk of less than 4 GiB",
                    "chunkRows(" + chunk[0] + ") of " + type.referenceBytes() + " bytes each");
        }
        WritableFile.Dataset dataset = store.dataset(path, type, chunk, codings.of(column));
        checkUnits(path, type, column);
        if (rowsBefore > 0) {
            dataset.backfill(rowsBefore);
        }
        return new DatasetWriter(path, dataset);
    }

    /** Refuses to append times to a dataset whose times have another epoch or unit. */
    private void checkUnits(String path, ColumnType type, Column column) {
        String units = type.kind().units();
        if (units != null) {
            String found = store.attributeText(path, "units");
            if (found != null
                    && !found.equals(units)
                    && !found.equals(column.rule().unit())) {
                throw StorageException.schema(path, "units \"" + units + '"', "units \"" + found + '"');
            }
        }
    }

    private void describe(String path, Column column) {
        attribute(path, "units", column.rule().unit());
        attribute(path, "long_name", column.rule().description());
        for (int i = 0; i < column.members().size(); i++) {
            Column member = column.members().get(i);
            String unit = member.rule().unit();
            attribute(
                    path,
                    "FIELD_" + i + "_UNITS",
                    unit != null ? unit : member.type().kind().units());
            attribute(path, "FIELD_" + i + "_LONG_NAME", member.rule().description());
        }
    }

    /** Registers the labels of the axes of a group's datasets, by absolute paths. */
    void label(Axes axes) {
        if (!axes.isNone()) {
            store.label(axes);
            axes.scales().forEach(scale -> attribute(scale.path(), "units", scale.unit()));
        }
    }

    private void attribute(String path, String name, @Nullable String value) {
        if (value != null) {
            AttributeValue attribute = AttributeValue.of(name, value);
            store.attribute(path, name, attribute.type(), attribute.data().duplicate());
        }
    }
}
