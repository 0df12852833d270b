package io.h5sink;

import io.h5sink.hdf5.Store;
import io.h5sink.hdf5.StoreException;
import io.h5sink.schema.AttributeValue;
import io.h5sink.schema.Axes;
import io.h5sink.schema.ChunkShape;
import io.h5sink.schema.Column;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ColumnType.Kind;
import org.jspecify.annotations.Nullable;

/** Finds or promises the datasets of columns. Belongs to the HDF5 thread. */
final class Targets {

    private Targets() {}

    /**
     * The target of a column, in a file that is open.
     *
     * @param rowsBefore the rows of the fill value that a dataset begins with that is not there
     */
    static Target of(String path, Column column, long rowsBefore, Settings settings, Codings codings, Store store) {
        if (column.rule().latest()) {
            ColumnType type = column.type();
            Store.Latest dataset = store.latest(path, type);
            checkUnits(path, type, column, store);
            attribute(store, path, "units", type.kind().units());
            describe(store, path, column);
            return new LatestTarget(path, dataset, (int) settings.chunk(column, type)[0]);
        }
        if (column.rule().ragged() == Ragged.OFFSETS) {
            ColumnType value = column.type().one();
            ColumnType offset = ColumnType.scalar(Kind.INT64);
            Target values = dataset(path + "/values", column, value, 0, settings, codings, store);
            describe(store, path + "/values", column);
            Target offsets = dataset(path + "/offsets", column, offset, 0, settings, codings, store);
            return new OffsetsTarget(path, values, offsets, value.elementBytes());
        }
        Target target = dataset(path, column, column.type(), rowsBefore, settings, codings, store);
        describe(store, path, column);
        return target;
    }

    private static Target dataset(
            String path,
            Column column,
            ColumnType type,
            long rowsBefore,
            Settings settings,
            Codings codings,
            Store store) {
        long[] chunk = settings.chunk(column, type);
        if (chunk[0] > 1 && chunk[0] * type.referenceBytes() >= ChunkShape.TOO_MANY_BYTES) {
            throw StoreException.schema(
                    path,
                    "a chunk of less than 4 GiB",
                    "chunkRows(" + chunk[0] + ") of " + type.referenceBytes() + " bytes each");
        }
        Store.Dataset dataset = store.dataset(path, type, chunk, codings.of(column));
        checkUnits(path, type, column, store);
        if (rowsBefore > 0) {
            dataset.backfill(rowsBefore);
        }
        return new DatasetTarget(path, dataset);
    }

    /** Refuses to write times where others count from another day, or in another unit. */
    private static void checkUnits(String path, ColumnType type, Column column, Store store) {
        String units = type.kind().units();
        if (units != null) {
            String found = store.attributeText(path, "units");
            if (found != null
                    && !found.equals(units)
                    && !found.equals(column.rule().unit())) {
                throw StoreException.schema(path, "units \"" + units + '"', "units \"" + found + '"');
            }
        }
    }

    private static void describe(Store store, String path, Column column) {
        attribute(store, path, "units", column.rule().unit());
        attribute(store, path, "long_name", column.rule().description());
        for (int i = 0; i < column.members().size(); i++) {
            Column member = column.members().get(i);
            String unit = member.rule().unit();
            attribute(
                    store,
                    path,
                    "FIELD_" + i + "_UNITS",
                    unit != null ? unit : member.type().kind().units());
            attribute(store, path, "FIELD_" + i + "_LONG_NAME", member.rule().description());
        }
    }

    /** Promises the datasets of a group what labels their axes, by absolute paths, in a file that is open. */
    static void label(Axes axes, Store store) {
        if (!axes.isNone()) {
            store.label(axes);
            axes.scales().forEach(scale -> attribute(store, scale.path(), "units", scale.unit()));
        }
    }

    private static void attribute(Store store, String path, String name, @Nullable String value) {
        if (value != null) {
            AttributeValue attribute = AttributeValue.of(name, value);
            store.attribute(path, name, attribute.type(), attribute.data().duplicate());
        }
    }
}
