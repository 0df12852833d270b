package h5sink;

import io.h5sink.ColumnSpec;
import io.h5sink.Compression;
import io.h5sink.Durability;
import io.h5sink.H5Attributes;
import io.h5sink.H5Dataset;
import io.h5sink.H5Group;
import io.h5sink.H5Record;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.StoredType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;

/** Writes what is in a file to a new one, as far as streams can carry it. */
final class Copy implements Tree.Visitor {

    private static final Pattern FIXED = Pattern.compile("UTF-8 string of (\\d+) bytes");
    private static final Pattern NUMBER = Pattern.compile("(?:ragged )?(u?int(?:8|16|32)|int64|float(?:16|32|64))");

    /** Attributes that the sink makes where it makes the same labels. */
    private static final Set<String> MADE = Set.of(
            "CLASS",
            "NAME",
            "DIMENSION_LIST",
            "REFERENCE_LIST",
            "_Netcdf4Dimid",
            "_Netcdf4Coordinates",
            "_NCProperties",
            "_FillValue");

    private final H5Source source;
    private final Path target;
    private final Compression compression;
    private final Map<String, Map<String, H5Dataset>> byGroup = new LinkedHashMap<>();

    private Copy(H5Source source, Path target, Compression compression) {
        this.source = source;
        this.target = target;
        this.compression = compression;
    }

    /** Copies all groups, the datasets that streams can carry, and the attributes of both. What is missing is not told. */
    static void of(H5Source source, Path target, Compression compression) {
        Copy copy = new Copy(source, target, compression);
        Tree.walk(source.root(), copy);
        copy.groups();
        copy.byGroup.forEach(copy::columns);
        copy.attributes();
    }

    @Override
    public void group(H5Group group, int depth) {
        byGroup.put(group.path(), new LinkedHashMap<>());
    }

    @Override
    public void dataset(H5Dataset dataset, int depth) {
        boolean carried = NUMBER.matcher(dataset.type()).matches()
                || FIXED.matcher(dataset.type()).matches()
                || dataset.type().equals("bool")
                || dataset.type().equals("variable-length UTF-8 string");
        if (carried && dataset.size() > 0 && !Tree.isDimension(dataset.attributes())) {
            String group =
                    dataset.path().substring(0, Math.max(1, dataset.path().lastIndexOf('/')));
            byGroup.get(group).put(Tree.name(dataset.path()), dataset);
        }
    }

    @Override
    public void unreadable(String path, String why, int depth) {
        // found missing when the files are compared
    }

    private H5Writer.Builder<Object> writer() {
        return H5Writer.to(target).open(OpenMode.APPEND).compression(compression);
    }

    private void groups() {
        H5Writer.Builder<Object> writer = writer().open(OpenMode.CREATE_NEW);
        byGroup.keySet().stream()
                .filter(path -> !path.equals("/"))
                .forEach(path -> writer.metadataTree(path, Map.of()));
        write(writer, Flux.empty());
    }

    private static void write(H5Writer.Builder<Object> writer, Flux<?> records) {
        writer.build().write(records).block();
    }

    private void columns(String group, Map<String, H5Dataset> datasets) {
        String axis = datasets.keySet().stream()
                .filter(name -> isScale(datasets.get(name)))
                .findFirst()
                .orElse(null);
        Map<String, H5Dataset> single = new LinkedHashMap<>(datasets);
        if (axis != null && !axis.contains(".")) {
            long rows = datasets.get(axis).size();
            Map<String, H5Dataset> labelled = new LinkedHashMap<>();
            datasets.forEach((name, dataset) -> {
                if (dataset.ndim() > 0
                        && dataset.shape().get(0) == rows
                        && Names.legal(name).equals(name)) {
                    labelled.put(name, dataset);
                    single.remove(name);
                }
            });
            labelled(group, labelled, axis);
        }
        single.forEach((name, dataset) -> single(group, name, dataset));
    }

    private static boolean isScale(H5Dataset dataset) {
        return dataset.ndim() == 1
                && "DIMENSION_SCALE".equals(dataset.attributes().get("CLASS"));
    }

    /** Columns side by side, with labels. */
    private void labelled(String group, Map<String, H5Dataset> datasets, String axis) {
        List<String> names = List.copyOf(datasets.keySet());
        Flux<H5Record> rows =
                source.group(group).rows().select(names.toArray(String[]::new)).records();
        H5Record first = Objects.requireNonNull(rows.blockFirst());
        List<RowType.Component> components = new ArrayList<>();
        first.toMap().forEach((name, value) -> components.add(new RowType.Component(name, value.getClass())));
        RowType type = new RowType(components);
        H5Writer.Builder<Object> writer = writer().group(group).axis(axis);
        datasets.forEach((name, dataset) -> writer.column(name, like(dataset)));
        write(writer, rows.map(row -> type.of(row.toMap().values().toArray())));
    }

    /** A dataset of a length of its own, or of one value. */
    private void single(String group, String name, H5Dataset dataset) {
        H5Writer.Builder<Object> writer = writer().group(group);
        if (dataset.ndim() == 0) {
            writer.column(name, like(dataset)).column(name, ColumnSpec::latest);
            write(writer, Flux.just(H5Record.of(name, dataset.read())));
        } else {
            writer.column(name, like(dataset));
            write(writer, dataset.rows().records());
        }
    }

    /** The declaration of a column like a dataset, which is looked at now: the sink asks on the thread that reads the source, too. */
    private static UnaryOperator<ColumnSpec> like(H5Dataset dataset) {
        String type = dataset.type();
        Object fill = dataset.attributes().get("_FillValue");
        return spec -> {
            Matcher number = NUMBER.matcher(type);
            Matcher fixed = FIXED.matcher(type);
            ColumnSpec declared = spec;
            if (number.matches()) {
                declared = declared.as(StoredType.valueOf(number.group(1).toUpperCase(Locale.ROOT)));
            } else if (fixed.matches()) {
                declared = declared.length(Integer.parseInt(fixed.group(1)));
            }
            declared = type.startsWith("ragged ") ? declared.ragged() : declared;
            return fill == null ? declared : declared.fill(fill);
        };
    }

    private void attributes() {
        H5Writer.Builder<Object> writer = writer().durability(Durability.FSYNC);
        byGroup.forEach((path, datasets) -> {
            attributes(writer, path, source.group(path).attributes());
            datasets.values().forEach(dataset -> attributes(writer, dataset.path(), dataset.attributes()));
        });
        write(writer, Flux.empty());
    }

    private static void attributes(H5Writer.Builder<Object> writer, String path, H5Attributes attributes) {
        attributes.forEach((name, value) -> {
            if (!MADE.contains(name)) {
                try {
                    writer.attribute(path, name, value);
                } catch (IllegalArgumentException e) {
                    // found missing when the files are compared
                }
            }
        });
    }
}
