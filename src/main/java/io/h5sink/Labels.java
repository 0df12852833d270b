package io.h5sink;

import io.h5sink.hdf5.Store;
import io.h5sink.schema.AttributeValue;
import io.h5sink.schema.Axes;
import io.h5sink.schema.ObjectNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where the axes of a record type's columns meet the datasets of a group. */
final class Labels {

    private Labels() {}

    /** Promises the datasets of a group, in a file that is open, what labels them. */
    static void promise(Axes axes, String group, Store store) {
        String rows = axes.rows();
        if (rows == null) {
            return;
        }
        List<Store.Scale> scales = axes.scales().stream()
                .map(scale -> new Store.Scale(ObjectNames.in(group, scale.name()), scale.type(), scale.values()))
                .toList();
        Map<String, List<String>> labels = new LinkedHashMap<>();
        axes.labels()
                .forEach((column, names) -> labels.put(
                        ObjectNames.in(group, column),
                        names.stream().map(name -> ObjectNames.in(group, name)).toList()));
        store.label(new Store.Labels(ObjectNames.in(group, rows), scales, labels));
        for (Axes.Scale scale : axes.scales()) {
            if (scale.unit() != null) {
                AttributeValue unit = AttributeValue.of("units", scale.unit());
                store.attribute(ObjectNames.in(group, scale.name()), "units", unit.type(), unit.data());
            }
        }
    }
}
