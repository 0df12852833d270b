package io.h5sink.hdf5.write;

import io.h5sink.engine.WritableFile;
import io.h5sink.format.FormatException;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.hdf5.LinkMessages;
import io.h5sink.hdf5.ObjectTree;
import io.h5sink.hdf5.type.ColumnDatatypes;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A dataset of one value, scalar or an array, which each commit replaces. One thread at a time. */
final class ValueDataset implements WritableFile.Latest {

    private final OpenObjects file;
    private final String path;
    private final ColumnType type;
    private final Datatype element;
    private final Dataspace space;

    private ValueDataset(OpenObjects file, String path, ColumnType type) {
        this.file = file;
        this.path = path;
        this.type = type;
        this.element = ColumnDatatypes.of(type);
        this.space =
                Dataspace.fixed(type.shape().stream().map(Integer::longValue).toList());
    }

    /** Checks the existing dataset, if the path has one. */
    static ValueDataset bind(OpenObjects file, String path, ColumnType type) throws IOException {
        ValueDataset dataset = new ValueDataset(file, path, type);
        ObjectTree.PathEnd end = file.tree().find(path, file::inTheWay);
        file.mustBeVisible(path, end.kind() == ObjectTree.Kind.NOTHING, type.variable());
        if (end.kind() == ObjectTree.Kind.NOTHING) {
            return dataset;
        }
        if (!dataset.fits(end)) {
            throw dataset.unfit(end);
        }
        StoredValues.of(file, path, end.header()).mustBeReplaceable();
        return dataset;
    }

    private boolean fits(ObjectTree.PathEnd end) {
        if (!end.isObject() || file.tree().kind(end.header()) != LinkMessages.Target.DATASET) {
            return false;
        }
        FoundColumn found = FoundColumn.of(file.space().input(), file.tree().header(end.header()));
        return found.space().kind() != Dataspace.Kind.NULL
                && found.type().equals(element)
                && found.space().dimensions().equals(space.dimensions());
    }

    private StorageException unfit(ObjectTree.PathEnd end) {
        String wanted = H5DumpText.dataset(path, H5DumpText.dataset(element, space));
        String actual = file.words(path, end);
        return StorageException.schema(path, wanted, actual);
    }

    /** Gives the elements as they are stored, when it is known whether they replace others. */
    private interface StoredForm {
        ByteBuffer replacing(StoredValues before) throws IOException;

        ByteBuffer first() throws IOException;
    }

    @Override
    public void write(ByteBuffer data) {
        put(new StoredForm() {
            @Override
            public ByteBuffer replacing(StoredValues before) {
                return data;
            }

            @Override
            public ByteBuffer first() {
                return data;
            }
        });
    }

    @Override
    public void writeVariable(ByteBuffer data) {
        List<VariableLengthValues.VariableValue> values = type.ragged()
                ? List.of(VariableLengthValues.VariableValue.sequence(data.remaining() / type.elementBytes(), data))
                : VariableLengthValues.ofStrings(data);
        put(new StoredForm() {
            @Override
            public ByteBuffer replacing(StoredValues before) throws IOException {
                return VariableLengthValues.replace(file, before.read(), values);
            }

            @Override
            public ByteBuffer first() throws IOException {
                return VariableLengthValues.add(file.heap(), values);
            }
        });
    }

    private void put(StoredForm value) {
        try {
            ObjectTree.PathEnd end = file.tree().find(path, file::inTheWay);
            if (end.kind() != ObjectTree.Kind.NOTHING && !fits(end)) {
                throw unfit(end); // another program has changed the dataset
            }
            if (end.isObject()) {
                StoredValues found = StoredValues.of(file, path, end.header());
                found.write(file.transaction(), value.replacing(found));
            } else {
                NewValue.make(file, path, element, space, value.first());
                file.made(path);
            }
            file.written();
        } catch (IOException | FormatException e) {
            throw StorageException.write(path, "the value cannot be written: " + OpenObjects.reason(e), e);
        }
    }
}
