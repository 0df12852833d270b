package h5sink.record;

import h5sink.console.UserException;
import h5sink.field.Field;
import h5sink.field.Fields;
import h5sink.file.Paths;
import h5sink.format.JsonFormat;
import io.h5sink.H5Exception;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** What the user says about columns. NAME is that of a column, or of the field that it is made of. */
final class ColumnOptions {

    private static final Pattern ATTRIBUTE = Pattern.compile("([^@=]*)@([^=]+)=(.*)", Pattern.DOTALL);

    @Option(
            names = "--type",
            paramLabel = "NAME=TYPE",
            description = "The type of a field: " + Field.TYPES + ". Repeatable.")
    private Map<String, String> types = new LinkedHashMap<>();

    @Option(names = "--fill", paramLabel = "NAME=VALUE", description = "What stands for a missing value. Repeatable.")
    private Map<String, String> fills = new LinkedHashMap<>();

    @Option(
            names = "--unit",
            paramLabel = "NAME=UNIT",
            description = "The unit of a column, its attribute units. Repeatable.")
    private Map<String, String> units = new LinkedHashMap<>();

    @Option(
            names = "--attribute",
            paramLabel = "PATH@NAME=VALUE",
            description =
                    "An attribute of the file (PATH is / or empty), a group or a column. A number, true, false, or a list of such in"
                            + " JSON is stored as that, anything else as a string. Repeatable.")
    private List<String> attributes = new ArrayList<>();

    @Option(
            names = "--axis",
            paramLabel = "NAME",
            description = "The column that labels the rows of the others. Default: the only one of times or days.")
    private String axis;

    @Option(
            names = "--timezone",
            paramLabel = "ZONE",
            description = "Where times without an offset are from, such as Europe/Berlin. Default: UTC.")
    private String timezone;

    /** What was declared of fields, by what the user calls them. */
    Map<String, Field> declared() {
        Map<String, Field> declared = new LinkedHashMap<>();
        types.forEach((name, type) -> declared.put(name, Field.of(name, type).rounding()));
        fills.forEach((name, text) -> {
            if (declared.computeIfPresent(name, (key, field) -> field.withFill(field.fillOf(text))) == null) {
                throw new UserException("--fill " + name + " needs --type " + name + "=TYPE");
            }
        });
        return declared;
    }

    /** The zone of local times. */
    ZoneId zone() {
        try {
            return timezone == null ? ZoneOffset.UTC : ZoneId.of(timezone);
        } catch (DateTimeException e) {
            throw new UserException(
                    "--timezone " + timezone + ": there is no such zone; Europe/Berlin or +02:00 would be one");
        }
    }

    /** Declares units, attributes and the axis. */
    void declare(H5Writer.Builder<?> writer, Fields fields, Path file, String group) {
        units.forEach((name, unit) -> {
            Field field = fields.get(fields.named("--unit " + name + "=" + unit, name));
            if (field.kind() == Field.Kind.TIME || field.kind() == Field.Kind.DATE) {
                throw new UserException("--unit " + name + "=" + unit + ": the column " + field.name()
                        + " has times, which have a unit");
            }
            writer.column(field.name(), column -> column.unit(unit));
            writer.attribute(field.name(), "units", unit);
        });
        for (String attribute : attributes) {
            Matcher parts = ATTRIBUTE.matcher(attribute);
            if (!parts.matches()) {
                throw new UserException("--attribute " + attribute + " is not like PATH@NAME=VALUE");
            }
            String object = object(attribute, parts.group(1), fields, file, group);
            writer.attribute(object, parts.group(2), JsonFormat.literal(parts.group(3)));
        }
        if (axis != null) {
            writer.axis(fields.get(fields.named("--axis " + axis, axis)).name());
        }
    }

    /** The path that an attribute goes to, which must be one of an object that is there, or will be. */
    private static String object(String attribute, String path, Fields fields, Path file, String group) {
        String root = "/"
                + String.join(
                        "/",
                        List.of(group.split("/+")).stream()
                                .filter(part -> !part.isEmpty())
                                .toList());
        if (!path.startsWith("/") && !path.isEmpty()) {
            return fields.get(fields.named("--attribute " + attribute, path)).name();
        }
        String object = path.isEmpty() ? "/" : path;
        boolean above = (root + "/").startsWith(object.endsWith("/") ? object : object + "/");
        boolean column = fields.all().stream()
                .anyMatch(field -> object.equals((root.equals("/") ? "" : root) + "/" + field.name()));
        if (!above && !column && !isThere(file, object)) {
            throw new UserException("--attribute " + attribute + ": there is no object " + object);
        }
        return object;
    }

    private static boolean isThere(Path file, String object) {
        if (!Files.exists(file)) {
            return false;
        }
        try (H5Source h5 = H5Source.open(file)) {
            return Paths.isDataset(h5, object) || h5.group(object) != null;
        } catch (H5Exception e) {
            return false;
        }
    }
}
