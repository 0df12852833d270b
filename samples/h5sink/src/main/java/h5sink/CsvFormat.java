package h5sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Values with a separator, below a line of names. A value in quotes may have separators in it, but no end of a line. */
final class CsvFormat implements Format {

    private final char separator;
    private final List<String> names;
    private final List<String> cells = new ArrayList<>();
    private int[] indices = {};

    /** Takes the line of names. */
    CsvFormat(char separator, Lines header) {
        this.separator = separator;
        String text;
        try {
            text = text(header);
            split(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (BadLineException e) {
            throw new UserException("line " + header.number() + ", which should have the names: " + e.getMessage());
        }
        names = cells.stream().map(name -> Names.legal(name.strip())).toList();
        if (names.contains("") || new HashSet<>(names).size() < names.size()) {
            throw new UserException(
                    "line " + header.number() + " should have a name for each column, each once, but is " + text);
        }
    }

    private static String text(Lines line) throws BadLineException {
        line.checkWhole();
        return new String(line.bytes(), line.from(), line.length(), UTF_8);
    }

    @Override
    public void look(Lines line, Look look) throws BadLineException {
        splitRow(line);
        for (int i = 0; i < names.size(); i++) {
            look.see(names.get(i), guess(cells.get(i)));
        }
    }

    @Override
    public void read(Lines line, Fields fields, Look unknown) throws BadLineException {
        splitRow(line);
        if (indices.length == 0) {
            indices = names.stream().mapToInt(name -> fields.index(name, 0)).toArray();
        }
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] < 0) {
                unknown.see(names.get(i), null);
            } else {
                fields.set(indices[i], fields.get(indices[i]).of(cells.get(i)));
            }
        }
    }

    private void splitRow(Lines line) throws BadLineException {
        split(text(line));
        if (cells.size() != names.size()) {
            throw new BadLineException(cells.size() + " values, not " + names.size());
        }
    }

    private void split(String text) throws BadLineException {
        cells.clear();
        int at = 0;
        while (at <= text.length()) {
            if (at < text.length() && text.charAt(at) == '"') {
                at = quoted(text, at + 1);
            } else {
                int end = text.indexOf(separator, at);
                end = end < 0 ? text.length() : end;
                cells.add(text.substring(at, end));
                at = end + 1;
            }
        }
    }

    private int quoted(String text, int from) throws BadLineException {
        StringBuilder cell = new StringBuilder();
        int at = from;
        while (true) {
            int quote = text.indexOf('"', at);
            if (quote < 0) {
                throw new BadLineException("a quote without an end");
            }
            cell.append(text, at, quote);
            at = quote + 1;
            if (at == text.length() || text.charAt(at) == separator) {
                cells.add(cell.toString());
                return at + 1;
            }
            if (text.charAt(at) != '"') {
                throw new BadLineException("text behind a quote");
            }
            cell.append('"');
            at++;
        }
    }

    /** What a cell looks like. */
    private static Object guess(String cell) {
        if (cell.isEmpty()) {
            return null;
        }
        if (cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("false")) {
            return Boolean.valueOf(cell);
        }
        try {
            return Long.valueOf(cell);
        } catch (NumberFormatException e) {
            Double real = Field.real(cell);
            return real == null ? cell : real;
        }
    }
}
