package io.h5sink.jhdf5.write;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.write.ScaleMessages;
import io.h5sink.hdf5.write.ScaleValues;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.commit.FileSession;
import io.h5sink.jhdf5.commit.Preread;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.schema.Axes;
import io.h5sink.storage.StorageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Labels the axes of datasets with scales, by the HDF5 Dimension Scale Specification: a scale has the attributes {@code CLASS} and {@code
 * NAME}, and a dataset whose axes have scales has {@code DIMENSION_LIST}. The back references, {@code REFERENCE_LIST}, are updated where a
 * scale has them.
 */
final class DimensionScales {

    private final FileSession file;
    private final Attributes attributes;
    private final List<Axes> promised = new ArrayList<>();

    DimensionScales(FileSession file, Attributes attributes) {
        this.file = file;
        this.attributes = attributes;
    }

    /** Checks the scales that exist, and notes all labels to be written. */
    void promise(Axes axes) {
        for (Axes.Scale scale : axes.scales()) {
            try {
                if (Preread.path(file, scale.path())) {
                    Preread.twice(file, () -> {
                        ScaleDataset.check(file, scale);
                        return true;
                    });
                }
            } catch (HDF5Exception e) {
                throw StorageException.write(
                        scale.path(), "HDF5 refused the values of an axis: " + ErrorStack.reason(e), e);
            }
        }
        promised.add(axes);
    }

    /** Writes the noted labels of all datasets that have been made since. */
    void fulfil() {
        promised.removeIf(axes -> {
            try {
                if (!areThere(axes)) {
                    return false;
                }
                label(axes);
                return true;
            } catch (HDF5Exception e) {
                throw StorageException.write(axes.rows(), "it cannot label an axis: " + ErrorStack.reason(e), e);
            }
        });
    }

    /** Whether labels are noted for datasets that are not made. */
    boolean areAwaited() {
        return !promised.isEmpty();
    }

    private boolean areThere(Axes axes) throws HDF5Exception {
        if (!Preread.path(file, axes.rows())) {
            return false;
        }
        for (String dataset : axes.labels().keySet()) {
            if (!Preread.path(file, dataset)) {
                return false;
            }
        }
        for (Axes.Scale scale : axes.scales()) {
            Preread.path(file, scale.path());
        }
        return true;
    }

    private void label(Axes axes) throws HDF5Exception {
        if (!ScaleAttributes.canBeScale(file.id(), axes.rows())) {
            return; // another program gave axes to what would label those of the others
        }
        Map<String, List<String>> unlabelled = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> dataset : axes.labels().entrySet()) {
            if (!ScaleAttributes.isLabelled(file.id(), dataset.getKey())) {
                unlabelled.put(dataset.getKey(), dataset.getValue());
            }
        }
        Map<String, List<ScaleMessages.LabelledAxis>> uses = ScaleMessages.uses(unlabelled);
        ScaleAttributes.makeScale(file.id(), axes.rows(), name(axes.rows()));
        for (Axes.Scale scale : axes.scales()) {
            if (uses.containsKey(scale.path())) {
                prepare(scale);
            }
        }
        for (Map.Entry<String, List<String>> dataset : unlabelled.entrySet()) {
            ScaleAttributes.writeList(file.id(), dataset.getKey(), dataset.getValue());
        }
        for (Map.Entry<String, List<ScaleMessages.LabelledAxis>> scale : uses.entrySet()) {
            ScaleAttributes.addUses(file.id(), scale.getKey(), scale.getValue());
        }
    }

    private void prepare(Axes.Scale scale) throws HDF5Exception {
        String name = name(scale.path());
        if (!Links.exists(file.id(), scale.path())) {
            ScaleDataset.make(file.id(), scale);
            attributes.made(scale.path());
            name = scale.values() == null ? ScaleValues.nameWithoutValues(scale) : name;
        }
        ScaleAttributes.makeScale(file.id(), scale.path(), name);
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
