package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What labels the axes of datasets, by the HDF5 Dimension Scale Specification: a scale has the attributes {@code CLASS},
 * {@code NAME} and {@code REFERENCE_LIST}, and a dataset whose axes have scales {@code DIMENSION_LIST}.
 */
final class DimensionScales {

    private final OpenFile file;
    private final List<Store.Labels> promised = new ArrayList<>();

    DimensionScales(OpenFile file) {
        this.file = file;
    }

    /** Checks what of the labels is there, and notes them. */
    void promise(Store.Labels labels) {
        for (Store.Scale scale : labels.scales()) {
            try {
                if (Links.exists(file.id(), scale.path())) {
                    ScaleDataset.check(file.id(), scale);
                }
            } catch (HDF5Exception e) {
                throw StoreException.write(
                        scale.path(), "HDF5 refused the values of an axis: " + ErrorStack.reason(e), e);
            }
        }
        promised.add(labels);
    }

    /** Labels what has been made since, all at once. */
    void fulfil() {
        if (promised.isEmpty()) {
            return;
        }
        promised.removeIf(labels -> {
            try {
                if (!areThere(labels)) {
                    return false;
                }
                label(labels);
                return true;
            } catch (HDF5Exception e) {
                throw StoreException.write(labels.rows(), "it cannot label an axis: " + ErrorStack.reason(e), e);
            }
        });
    }

    private boolean areThere(Store.Labels labels) throws HDF5Exception {
        if (!Links.exists(file.id(), labels.rows())) {
            return false;
        }
        for (String dataset : labels.datasets().keySet()) {
            if (!Links.exists(file.id(), dataset)) {
                return false;
            }
        }
        return true;
    }

    private void label(Store.Labels labels) throws HDF5Exception {
        if (!ScaleAttributes.canBeScale(file.id(), labels.rows())) {
            return; // another program gave its own axes to what would label the others
        }
        Set<String> used = new LinkedHashSet<>();
        Map<String, List<ScaleAttributes.Use>> uses = new LinkedHashMap<>();
        used.add(labels.rows());
        for (Map.Entry<String, List<String>> labelled : labels.datasets().entrySet()) {
            String dataset = labelled.getKey();
            if (ScaleAttributes.isLabelled(file.id(), dataset)) {
                continue;
            }
            List<String> scales = labelled.getValue();
            used.addAll(scales);
            for (int axis = 0; axis < scales.size(); axis++) {
                uses.computeIfAbsent(scales.get(axis), first -> new ArrayList<>())
                        .add(new ScaleAttributes.Use(dataset, axis));
            }
        }
        for (Store.Scale scale : labels.scales()) {
            if (used.contains(scale.path()) && !Links.exists(file.id(), scale.path())) {
                ScaleDataset.make(file.id(), scale);
                file.made(scale.path());
            }
        }
        Map<String, String> names = new LinkedHashMap<>();
        used.forEach(path -> names.put(path, path.substring(path.lastIndexOf('/') + 1)));
        labels.scales().stream()
                .filter(scale -> used.contains(scale.path()) && scale.values() == null)
                .forEach(scale -> names.put(scale.path(), ScaleDataset.nameWithoutValues(scale)));
        for (Map.Entry<String, String> name : names.entrySet()) {
            ScaleAttributes.makeScale(file.id(), name.getKey(), name.getValue());
        }
        for (Map.Entry<String, List<String>> labelled : labels.datasets().entrySet()) {
            if (!ScaleAttributes.isLabelled(file.id(), labelled.getKey())) {
                ScaleAttributes.writeList(file.id(), labelled.getKey(), labelled.getValue());
            }
        }
        for (Map.Entry<String, List<ScaleAttributes.Use>> use : uses.entrySet()) {
            ScaleAttributes.addUses(file.id(), use.getKey(), use.getValue());
        }
    }
}
