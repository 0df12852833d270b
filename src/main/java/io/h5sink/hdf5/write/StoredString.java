package io.h5sink.hdf5.write;

import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.hdf5.LinkMessages;
import io.h5sink.hdf5.ObjectTree;
import io.h5sink.hdf5.type.ColumnDatatypes;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A dataset that is one string: scalar, of variable length, in UTF-8. */
final class StoredString {

    private StoredString() {}

    /** Makes the dataset, or replaces its string by another one. */
    static void put(OpenObjects file, String path, ByteBuffer utf8) throws IOException {
        Datatype type = ColumnDatatypes.text(Long.BYTES);
        ObjectTree tree = file.tree();
        ObjectTree.PathEnd end = tree.find(path, file::inTheWay);
        if (end.kind() != ObjectTree.Kind.NOTHING) {
            StoredValues found = found(file, path, end);
            if (found.dataset().type().equals(type)) {
                replace(file, found, utf8);
                return;
            }
            int slash = path.lastIndexOf('/');
            tree.unlink(
                    tree.group(path.substring(0, slash), file::inTheWay), path); // e.g. h5py's strings of fixed length
        }
        ByteBuffer reference = VariableLengthValues.add(file.heap(), VariableLengthValues.ofStrings(utf8));
        NewValue.make(file, path, type, Dataspace.scalar(), reference);
    }

    private static StoredValues found(OpenObjects file, String path, ObjectTree.PathEnd end) throws IOException {
        if (!end.isObject() || file.tree().kind(end.header()) != LinkMessages.Target.DATASET) {
            throw unfit(file, path, end);
        }
        StoredValues found = StoredValues.of(file, path, end.header());
        Datatype its = found.dataset().type();
        boolean isString = its instanceof Datatype.StringType
                || (its instanceof Datatype.VariableLengthType sequence && sequence.text());
        if (!isString || found.dataset().space().kind() != Dataspace.Kind.SCALAR) {
            throw unfit(file, path, end);
        }
        return found;
    }

    private static StorageException unfit(OpenObjects file, String path, ObjectTree.PathEnd end) {
        String wanted =
                H5DumpText.dataset(path, H5DumpText.dataset(ColumnDatatypes.text(Long.BYTES), Dataspace.scalar()));
        String actual = file.words(path, end);
        return StorageException.schema(path, wanted, actual);
    }

    private static void replace(OpenObjects file, StoredValues found, ByteBuffer utf8) throws IOException {
        ByteBuffer old = found.read();
        if (!VariableLengthValues.strings(file.space().input(), old).equals(utf8)) { // an equal string is not written
            found.write(
                    file.transaction(), VariableLengthValues.replace(file, old, VariableLengthValues.ofStrings(utf8)));
        }
    }
}
