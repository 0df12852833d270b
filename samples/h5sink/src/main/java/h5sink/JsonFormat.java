package h5sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON object a line. The fields of an object within it have its name before theirs: {@code wind_speed}. */
final class JsonFormat implements Format {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    static final int MOST_NAMES = 1000;

    private final Map<String, String> names = new HashMap<>();

    /** Takes the value that the parser is at. */
    private interface Taker {
        void take(String name, JsonParser json) throws IOException, BadLineException;
    }

    @Override
    public void look(Lines line, Look look) throws BadLineException {
        each(line, (name, json) -> look.see(name, value(json)));
    }

    @Override
    public void read(Lines line, Fields fields, Look unknown) throws BadLineException {
        int[] expected = {0};
        each(line, (name, json) -> {
            int index = fields.index(name, expected[0]);
            if (index < 0) {
                unknown.see(name, null);
                json.skipChildren();
            } else {
                fields.set(index, value(fields.get(index), json));
                expected[0] = index + 1;
            }
        });
    }

    private void each(Lines line, Taker taker) throws BadLineException {
        line.checkWhole();
        try (JsonParser json = JSON.createParser(line.bytes(), line.from(), line.length())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new BadLineException("not a JSON object");
            }
            object(json, "", taker);
            if (json.nextToken() != null) {
                throw new BadLineException("more than one JSON object in a line");
            }
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " at column " + e.getLocation().getColumnNr();
            throw new BadLineException("not JSON" + where + ": " + Cli.oneLine(e.getOriginalMessage()));
        } catch (IOException e) {
            throw new BadLineException(e.toString());
        }
    }

    private void object(JsonParser json, String prefix, Taker taker) throws IOException, BadLineException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = prefix.isEmpty() ? name(json.currentName()) : prefix + '_' + name(json.currentName());
            if (json.nextToken() == JsonToken.START_OBJECT) {
                object(json, name, taker);
            } else {
                taker.take(name, json);
            }
        }
    }

    private String name(String given) {
        String known = names.get(given);
        if (known != null) {
            return known;
        }
        String legal = Names.legal(given);
        if (names.size() < MOST_NAMES) { // names may be values, such as times, and never end
            names.put(given, legal);
        }
        return legal;
    }

    /** How many names are kept. */
    int names() {
        return names.size();
    }

    /** The value of a field, by its kind. */
    private static Object value(Field field, JsonParser json) throws IOException, BadLineException {
        JsonToken token = json.currentToken();
        switch (token) {
            case VALUE_NULL:
                return null;
            case VALUE_STRING:
                return field.of(json.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT:
                return switch (field.kind()) {
                    case FLOAT -> json.getDoubleValue();
                    case INT -> integer(field, json);
                    case STRING -> json.getText();
                    default -> throw field.mismatch(json.getText());
                };
            case VALUE_TRUE, VALUE_FALSE:
                if (field.kind() == Field.Kind.BOOL) {
                    return json.getBooleanValue();
                }
                if (field.kind() == Field.Kind.STRING) {
                    return json.getText();
                }
                throw field.mismatch(json.getText());
            default:
                return array(field, json);
        }
    }

    private static Long integer(Field field, JsonParser json) throws IOException, BadLineException {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return json.getLongValue();
        }
        Long whole = Field.integer(json.getText());
        if (whole == null) {
            throw field.mismatch(json.getText());
        }
        return whole;
    }

    private static Object array(Field field, JsonParser json) throws IOException, BadLineException {
        Object[] values = ((List<?>) value(json)).toArray();
        if (field.kind() == Field.Kind.STRING) {
            return Text.json(Arrays.asList(values));
        }
        boolean ints = Arrays.stream(values).allMatch(Long.class::isInstance);
        if (field.kind() == Field.Kind.INTS && ints) {
            return Arrays.stream(values).mapToLong(value -> (Long) value).toArray();
        }
        if (field.kind() == Field.Kind.FLOATS && Arrays.stream(values).allMatch(Number.class::isInstance)) {
            return Arrays.stream(values)
                    .mapToDouble(value -> ((Number) value).doubleValue())
                    .toArray();
        }
        throw field.mismatch(Text.json(Arrays.asList(values)));
    }

    /** The value, whatever it is. */
    private static Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_TRUE, VALUE_FALSE -> json.getBooleanValue();
            case VALUE_NUMBER_INT ->
                json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? (Object) json.getDoubleValue()
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
                    members.put(name, value(json));
                }
                yield members;
            }
            default -> json.getText();
        };
    }
}
