package h5sink.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import h5sink.console.Message;
import h5sink.console.Text;
import h5sink.field.Field;
import h5sink.field.Fields;
import h5sink.field.Names;
import h5sink.input.BadLineException;
import h5sink.input.Lines;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * JSON objects one behind the other, on one line each or on several, or as the elements of an array. The fields of an object within one
 * are fields, too.
 */
public final class JsonFormat implements Format {

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION) // other parsers than that of UTF-8 know no places
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    public static final int RECORD_SEPARATOR = 0x1e; // RFC 7464

    /** Reads the members of the object that the parser is at. */
    private interface Members {
        void read(JsonParser json) throws IOException;
    }

    /** Where the fields are within objects: that with this name, and those within the object of this name. */
    private static final class Node {
        private final Map<String, Node> members = new HashMap<>();
        private int index = -1;
    }

    private final Lines lines;
    private boolean array;
    private String wrong;
    private Node root;
    private final List<String> others = new ArrayList<>();

    public JsonFormat(Lines lines) {
        this.lines = lines;
    }

    @Override
    public boolean look(Look look, long deadline) throws BadLineException {
        return next(deadline, json -> look(json, look));
    }

    private static void look(JsonParser json, Look look) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                look(json, look);
            } else {
                String key = key(json);
                look.see(key, value(json));
            }
        }
    }

    /** The key of the field that the parser is at. */
    private static String key(JsonParser json) {
        return Names.ofPointer(json.getParsingContext().pathAsPointer().toString());
    }

    @Override
    public boolean read(Fields fields, Consumer<String> unknown) throws BadLineException {
        if (root == null) {
            root = new Node();
            for (int i = 0; i < fields.all().size(); i++) {
                Node node = root;
                for (String name : Names.path(fields.get(i).key())) {
                    node = node.members.computeIfAbsent(name, key -> new Node());
                }
                node.index = i;
            }
        }
        boolean more = next(Lines.forEver(), json -> {
            fields.clear();
            others.clear(); // of an attempt before
            read(json, root, fields);
        });
        others.forEach(unknown);
        return more;
    }

    private void read(JsonParser json, Node outer, Fields fields) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            Node node = outer == null ? null : outer.members.get(json.currentName());
            JsonToken token = json.nextToken();
            if (token == JsonToken.START_OBJECT) {
                read(json, node, fields);
            } else if (node != null && node.index >= 0) {
                try {
                    fields.set(node.index, value(fields.get(node.index), json, lines));
                } catch (BadLineException e) {
                    wrong = wrong == null ? e.getMessage() : wrong;
                }
            } else {
                if (token != JsonToken.VALUE_NULL) {
                    others.add(key(json));
                }
                json.skipChildren();
            }
        }
    }

    @Override
    public String missing() {
        return array ? "the array has no end: maybe some of it is missing" : null;
    }

    private boolean next(long deadline, Members members) throws BadLineException {
        others.clear();
        if (!begin(deadline)) {
            return false;
        }
        if (lines.bytes()[lines.from()] != '{') {
            passOver(0);
            throw new BadLineException("not a JSON object");
        }
        while (true) {
            wrong = null;
            try (JsonParser json = JSON.createParser(lines.bytes(), lines.from(), lines.end() - lines.from())) {
                json.nextToken();
                members.read(json);
                int length = (int) json.currentLocation().getByteOffset();
                if (length <= 0) {
                    throw new IllegalStateException("a record of " + length + " bytes");
                }
                lines.take(length);
                break;
            } catch (JsonProcessingException e) {
                int place = (int) Math.max(
                        0, e.getLocation() == null ? 0 : e.getLocation().getByteOffset());
                int error = Math.min(lines.from() + place, lines.end());
                int stop = lines.lineEnd(error);
                boolean whole = !(e instanceof JsonEOFException) && stop > error && lines.bytes()[stop - 1] == '\n';
                if (!whole) {
                    lines.checkLength();
                    if (lines.more(deadline)) {
                        continue;
                    }
                    if (!lines.isAtEnd() || lines.isCutOff()) {
                        lines.giveBack();
                        return false;
                    }
                }
                String reason = reason(e);
                passOver(place);
                throw new BadLineException(reason);
            } catch (IOException e) {
                throw new BadLineException(e.toString());
            } catch (OutOfMemoryError e) {
                passOver(0);
                throw new BadLineException("its values do not fit into memory");
            }
        }
        if (wrong != null) {
            throw new BadLineException(wrong);
        }
        return true;
    }

    /** Goes to the next value, past the beginnings and ends of arrays and what is between elements. */
    private boolean begin(long deadline) {
        while (true) {
            while (lines.at() < lines.end()) {
                byte next = lines.bytes()[lines.at()];
                if (next == '[' && !array) {
                    array = true;
                } else if (next == ']' && array) {
                    array = false;
                } else if (next != ' '
                        && next != '\t'
                        && next != '\r'
                        && next != '\n'
                        && next != ','
                        && next != RECORD_SEPARATOR) {
                    lines.begin();
                    return true;
                }
                lines.take(1);
            }
            lines.begin();
            if (!lines.more(deadline)) {
                return false;
            }
        }
    }

    private String reason(JsonProcessingException e) {
        if (e instanceof JsonEOFException) {
            return "an object without an end";
        }
        String where = "";
        if (e.getLocation() != null) {
            int below = e.getLocation().getLineNr() - 1;
            where = " at " + (below == 0 ? "" : "line " + (lines.number() + below) + ", ") + "column "
                    + (e.getLocation().getColumnNr() + (below == 0 ? lines.column() : 0));
        }
        return "not JSON" + where + ": " + Message.oneLine(e.getOriginalMessage());
    }

    /**
     * Takes a record that is none: its line, and the lines below that if the object goes on there, which are those that are indented more,
     * and the brace that ends it.
     */
    private void passOver(int place) throws BadLineException {
        int indented = lines.column();
        int first = lines.lineEnd(lines.from());
        int last = first - 1;
        while (last > lines.from() && lines.bytes()[last] <= ' ') {
            last--;
        }
        boolean goesOn = place >= first - lines.from() || "{[,:".indexOf(lines.bytes()[last]) >= 0;
        if (!lines.takeLine(Lines.forEver())) {
            lines.checkLength();
        }
        while (goesOn) {
            int more = indentation();
            boolean brace = more >= 0 && more <= indented && lines.bytes()[lines.at() + more] == '}';
            goesOn = more > indented;
            if (goesOn || brace) {
                lines.takeLine(Lines.forEver());
            }
        }
    }

    /** What is before the first character of the next line that has one; blank lines are taken. -1 if there is none. */
    private int indentation() {
        int place = lines.at();
        while (lines.end() - lines.from() <= Lines.LONGEST) {
            if (place == lines.end()) {
                int seen = place - lines.at();
                if (!lines.more(Lines.forEver())) {
                    return -1;
                }
                place = lines.at() + seen;
            } else if (lines.bytes()[place] == '\n') {
                place++;
                lines.take(place - lines.at());
            } else if (lines.bytes()[place] <= ' ') {
                place++;
            } else {
                return place - lines.at();
            }
        }
        return -1;
    }

    /** The value of a field, by its kind; behind it, if it cannot be that. */
    private static Object value(Field field, JsonParser json, Lines lines) throws IOException, BadLineException {
        JsonToken token = json.currentToken();
        switch (token) {
            case VALUE_NULL:
                return null;
            case VALUE_STRING:
                return field.of(json.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT:
                return number(field, json);
            case VALUE_TRUE, VALUE_FALSE:
                if (field.kind() == Field.Kind.BOOL) {
                    return json.getBooleanValue();
                }
                if (field.kind() == Field.Kind.STRING) {
                    return json.getText();
                }
                throw field.mismatch(json.getText());
            default:
                return array(field, json, lines);
        }
    }

    private static Object number(Field field, JsonParser json) throws IOException, BadLineException {
        boolean small = json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        return switch (field.kind()) {
            case FLOAT -> small ? (Object) field.real(json.getLongValue()) : field.number(json.getText());
            case INT -> small ? (Object) field.integer(json.getLongValue()) : field.number(json.getText());
            default -> field.number(json.getText());
        };
    }

    private static Object array(Field field, JsonParser json, Lines lines) throws IOException, BadLineException {
        int from = lines.from() + (int) json.currentTokenLocation().getByteOffset();
        if (field.kind() == Field.Kind.STRING) { // as it stands there, with all its digits
            value(json);
            return new String(
                    lines.bytes(),
                    from,
                    lines.from() + (int) json.currentLocation().getByteOffset() - from,
                    UTF_8);
        }
        List<?> values = (List<?>) value(json);
        Object array = field.array(values);
        if (array == null) {
            throw field.mismatch(Text.json(values));
        }
        return array;
    }

    /** The value, whatever it is. */
    static Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_TRUE, VALUE_FALSE -> json.getBooleanValue();
            case VALUE_NUMBER_INT ->
                json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? (Object) json.getBigIntegerValue()
                        : (Object) json.getLongValue();
            case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case START_ARRAY -> {
                List<Object> values = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    values.add(value(json));
                }
                yield values;
            }
            case START_OBJECT -> {
                Map<String, Object> members = new LinkedHashMap<>();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    if (members.containsKey(name)) {
                        throw new JsonParseException(json, "the key " + Text.json(name) + " is there twice");
                    }
                    members.put(name, value(json));
                }
                yield members;
            }
            default -> json.getText();
        };
    }

    /** The value of a text in JSON; the text itself if it is none, or one of an attribute neither. */
    public static Object literal(String text) {
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != null) {
                Object value = value(json);
                if (json.nextToken() == null && value != null && !(value instanceof Map)) {
                    return value;
                }
            }
        } catch (IOException e) {
            // a text
        }
        return text;
    }
}
