package io.h5sink.jhdf5;

import io.h5sink.filter.CodedChunk;
import io.h5sink.filter.Filter;
import io.h5sink.filter.FilterLibrary;
import io.h5sink.filter.MissingFilterException;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The filters of the C library and of its plugins, if there is a C library, which is loaded when a dataset first needs one of its filters.
 * Like {@link Library}, this class can be loaded where there is none.
 */
public final class LateFilters implements FilterLibrary {

    @Override
    public @Nullable String words() {
        try {
            return Library.describe();
        } catch (StorageException e) {
            return null;
        }
    }

    @Override
    public void require(Filter filter) {
        try {
            Library.calls();
        } catch (StorageException e) {
            throw new MissingFilterException(filter, e.getMessage() + "; " + ScratchFilters.WAY_OUT);
        }
        library().require(filter);
    }

    @Override
    public CodedChunk encode(List<Filter> filters, ByteBuffer chunk) {
        return library().encode(filters, chunk);
    }

    @Override
    public ByteBuffer decode(List<Filter> filters, ByteBuffer stored, int bytes) {
        return library().decode(filters, stored, bytes);
    }

    private static FilterLibrary library() {
        return new ScratchFilters();
    }
}
