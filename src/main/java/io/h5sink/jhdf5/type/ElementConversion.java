package io.h5sink.jhdf5.type;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.storage.StorageException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Converts elements of fixed size from the file's type to the memory type. One thread at a time. */
public final class ElementConversion implements AutoCloseable {

    private final String path;
    private final LibraryType type;
    private final int fileBytes;

    /** The type in the file; null if the type in memory is the same. */
    private final @Nullable Handle from;

    /** Whether the type has compounds, whose members HDF5 converts into a background buffer. */
    private final boolean compound;

    private byte[] background = {};

    private ElementConversion(String path, LibraryType type, int fileBytes, @Nullable Handle from, boolean compound) {
        this.path = path;
        this.type = type;
        this.fileBytes = fileBytes;
        this.from = from;
        this.compound = compound;
    }

    public static ElementConversion of(long dataset, String path, LibraryType type) throws HDF5Exception {
        Handle from = Handle.type(H5.H5Dget_type(dataset));
        try {
            int fileBytes = Math.toIntExact(H5.H5Tget_size(from.id));
            if (H5.H5Tequal(from.id, type.memory.id)) {
                from.close();
                return new ElementConversion(path, type, fileBytes, null, false);
            }
            boolean compound = H5.H5Tdetect_class(from.id, HDF5Constants.H5T_COMPOUND);
            return new ElementConversion(path, type, fileBytes, from, compound);
        } catch (HDF5Exception e) {
            HDF5Exception kept = ErrorStack.kept(e);
            from.close();
            throw kept;
        }
    }

    /** The bytes of an element in the file. */
    public int fileBytes() {
        return fileBytes;
    }

    /** The bytes of an element in memory. */
    public int memoryBytes() {
        return type.copy.bytes();
    }

    /** The value, in memory, of unwritten elements; HDF5, too, converts the fill value from the file's type. */
    public byte[] fill(long dataset, DatasetInfo info) throws HDF5Exception {
        byte[] fill = new byte[Math.max(fileBytes, memoryBytes())];
        if (info.filled() && info.fill() != null) {
            if (info.ownFill()) {
                try (Handle storage = Handle.propertiesOf(H5.H5Dget_create_plist(dataset))) {
                    H5.H5Pget_fill_value(storage.id, from == null ? type.memory.id : from.id, fill);
                }
            }
            convert(fill, 1);
        }
        return Arrays.copyOf(fill, memoryBytes());
    }

    /** Converts elements in place, in an array that is large enough for the larger of both types. */
    public void convert(byte[] elements, int count) {
        if (from == null) {
            return;
        }
        if (compound) {
            background = background.length < count * memoryBytes() ? new byte[count * memoryBytes()] : background;
        }
        try {
            H5.H5Tconvert(
                    from.id, type.memory.id, count, elements, compound ? background : null, HDF5Constants.H5P_DEFAULT);
        } catch (HDF5Exception e) {
            throw StorageException.write(path, "HDF5 cannot convert it: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public void close() throws HDF5Exception {
        if (from != null) {
            from.close();
        }
    }
}
