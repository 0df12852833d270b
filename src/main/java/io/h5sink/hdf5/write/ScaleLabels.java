package io.h5sink.hdf5.write;

import io.h5sink.format.FormatException;
import io.h5sink.hdf5.ObjectTree;
import io.h5sink.schema.Axes;
import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Labels the axes of datasets with scales, by the HDF5 Dimension Scale Specification: a scale has the attributes {@code CLASS} and {@code
 * NAME}, and a dataset whose axes have scales has {@code DIMENSION_LIST}. The back references, {@code REFERENCE_LIST}, are updated where a
 * scale has them. One thread at a time.
 */
final class ScaleLabels {

    private final OpenObjects file;
    private final List<Axes> promised = new ArrayList<>();

    ScaleLabels(OpenObjects file) {
        this.file = file;
    }

    /** Checks the scales that exist, and notes all labels to be written. */
    void promise(Axes axes) {
        for (Axes.Scale scale : axes.scales()) {
            FormatException.naming(scale.path(), () -> {
                ObjectTree.PathEnd end = file.tree().find(scale.path(), file::inTheWay);
                if (end.kind() != ObjectTree.Kind.NOTHING) {
                    ScaleValues.check(file, scale, end);
                }
                return end;
            });
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
            } catch (IOException | FormatException e) {
                throw StorageException.write(axes.rows(), "it cannot label an axis: " + e.getMessage(), e);
            }
        });
    }

    private boolean areThere(Axes axes) {
        return isThere(axes.rows()) && axes.labels().keySet().stream().allMatch(this::isThere);
    }

    private boolean isThere(String path) {
        return file.tree().find(path, file::inTheWay).isObject();
    }

    private void label(Axes axes) throws IOException {
        ScaleMessages messages = new ScaleMessages(file.tree(), file.heap());
        if (!messages.canBeScale(axes.rows())) {
            return; // another program gave axes to what would label those of the others
        }
        Map<String, List<String>> unlabelled = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> dataset : axes.labels().entrySet()) {
            if (!messages.isLabelled(dataset.getKey())) {
                unlabelled.put(dataset.getKey(), dataset.getValue());
            }
        }
        Map<String, List<ScaleMessages.LabelledAxis>> uses = ScaleMessages.uses(unlabelled);
        messages.makeScale(axes.rows(), name(axes.rows()));
        for (Axes.Scale scale : axes.scales()) {
            if (uses.containsKey(scale.path())) {
                prepare(scale, messages);
            }
        }
        for (Map.Entry<String, List<String>> dataset : unlabelled.entrySet()) {
            messages.writeList(dataset.getKey(), dataset.getValue());
        }
        for (Map.Entry<String, List<ScaleMessages.LabelledAxis>> scale : uses.entrySet()) {
            messages.addUses(scale.getKey(), scale.getValue());
        }
    }

    private void prepare(Axes.Scale scale, ScaleMessages messages) throws IOException {
        String name = name(scale.path());
        if (file.tree().find(scale.path()).kind() == ObjectTree.Kind.NOTHING) {
            ScaleValues.make(file, scale);
            file.made(scale.path());
            name = scale.values() == null ? ScaleValues.nameWithoutValues(scale) : name;
        }
        messages.makeScale(scale.path(), name);
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
