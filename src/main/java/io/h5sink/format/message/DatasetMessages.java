package io.h5sink.format.message;

import io.h5sink.filter.Filter;
import io.h5sink.format.message.HeaderEditor.NewMessage;
import java.util.ArrayList;
import java.util.List;

/** The messages that describe a dataset in its object header: HDF5 File Format Specification 3.0, section IV.A.2. */
public final class DatasetMessages {

    private DatasetMessages() {}

    /** The messages of a new dataset, in HDF5's order; a list that the caller may add to. */
    public static List<NewMessage> of(
            Datatype type, Dataspace space, FillValue fill, List<Filter> filters, DataLayout layout) {
        List<NewMessage> messages = new ArrayList<>();
        messages.add(NewMessage.of(ObjectHeader.DATASPACE, 0, space::encode));
        messages.add(NewMessage.of(ObjectHeader.DATATYPE, HeaderEditor.CONSTANT, type::encode));
        messages.add(NewMessage.of(ObjectHeader.FILL, HeaderEditor.CONSTANT, fill::encode));
        messages.add(NewMessage.of(ObjectHeader.LAYOUT, 0, layout::encode));
        if (!filters.isEmpty()) {
            FilterPipelineMessage pipeline = FilterPipelineMessage.of(filters);
            messages.add(NewMessage.of(ObjectHeader.FILTERS, HeaderEditor.CONSTANT, pipeline::encode));
        }
        return messages;
    }
}
