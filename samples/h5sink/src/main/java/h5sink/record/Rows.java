package h5sink.record;

import h5sink.console.Message;
import h5sink.console.UserException;
import h5sink.field.Field;
import h5sink.field.Fields;
import h5sink.format.Format;
import h5sink.input.BadLineException;
import h5sink.input.Lines;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The input as a stream of records, for one subscriber. Lines are read when they are asked for, on a thread of their own. What the
 * writer asks about a record, it asks while that is the last one that was read.
 */
final class Rows {

    private static final Pattern FIELD = Pattern.compile("\\{([^{}]*)}");

    private final Lines lines;
    private final Format format;
    private final Fields fields;
    private final BadLines bad;
    private final Function<Object[], Object> row;

    Rows(Lines lines, Format format, Fields fields, BadLines bad) {
        this.lines = lines;
        this.format = format;
        this.fields = fields;
        this.bad = bad;
        this.row = row(fields.all());
    }

    /** Records of one type; where there are more fields than a record can have, maps. */
    private static Function<Object[], Object> row(List<Field> fields) {
        if (fields.size() <= RowType.MOST_FIELDS) {
            return new RowType(fields.stream()
                    .map(field -> new RowType.Component(field.name(), field.kind().type))
                    .toList())::of;
        }
        return values -> {
            Map<String, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < values.length; i++) {
                map.put(fields.get(i).name(), values[i]);
            }
            return map;
        };
    }

    Flux<Object> records() {
        Scheduler thread = Schedulers.newSingle("h5sink-lines", true);
        return Flux.generate(this::next).subscribeOn(thread).doFinally(end -> thread.dispose());
    }

    private void next(SynchronousSink<Object> sink) {
        while (true) {
            try {
                if (format.read(fields, key -> bad.unknown(lines, key))) {
                    sink.next(row.apply(fields.values()));
                    return;
                }
                break;
            } catch (BadLineException e) {
                bad.add(lines, e.getMessage());
            } catch (OutOfMemoryError e) { // Reactor would pass it to nobody
                bad.add(lines, "its values do not fit into memory");
            }
        }
        sink.complete();
    }

    void skip(Object record, H5SchemaException why) {
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            if (cause instanceof UserException) {
                bad.add(lines, cause.getMessage());
                return;
            }
        }
        String object = why.object();
        bad.add(
                lines,
                why.expected() == null
                        ? Message.reason(why)
                        : (object == null ? "" : object + ": ") + "expected " + why.expected() + ", but found "
                                + why.actual());
    }

    /** Sends each record to a group that is named by its fields: {@code /here/{station}}, or just the name of a field. */
    void route(H5Writer.Builder<Object> writer, String route) {
        String template = route.contains("{") ? route : "/{" + route + "}";
        List<String> texts = List.of(FIELD.split(template, -1));
        List<Integer> indices = new ArrayList<>();
        Matcher matcher = FIELD.matcher(template);
        for (MatchResult part : matcher.results().toList()) {
            indices.add(fields.named("--route " + route, part.group(1)));
        }
        writer.route(record -> path(texts, indices));
    }

    private String path(List<String> texts, List<Integer> indices) {
        StringBuilder path = new StringBuilder(texts.get(0));
        for (int i = 0; i < indices.size(); i++) {
            Object value = fields.values()[indices.get(i)];
            if (value == null) {
                throw new UserException(
                        "the line has no " + fields.get(indices.get(i)).name() + " to route it by");
            }
            path.append(fields.get(indices.get(i)).text(value)).append(texts.get(i + 1));
        }
        return path.toString();
    }
}
