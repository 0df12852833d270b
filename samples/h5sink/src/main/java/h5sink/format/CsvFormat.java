package h5sink.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.StringArrayHandler;
import h5sink.console.UserException;
import h5sink.field.Fields;
import h5sink.field.IsoTime;
import h5sink.field.Names;
import h5sink.input.BadLineException;
import h5sink.input.Lines;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values with a separator, below a line of names. FastCSV is given the input line by line, and asks for one more where a value in quotes
 * goes on.
 */
public final class CsvFormat implements Format {

    private static final List<Character> SEPARATORS = List.of(',', ';', '\t', '|');
    private static final Pattern EXCEL = Pattern.compile("(?i)sep=(.)");

    private final Lines lines;
    private final char separator;
    private final List<String> keys;
    private final Feed feed = new Feed();
    private Iterator<String[]> records;
    private int[] indices = {};

    /**
     * Takes the line of names.
     *
     * @param separator what is between values; null for whatever makes most of the first line
     * @param names the names, if the first line has values already; null if it has them
     */
    public CsvFormat(Lines lines, Character separator, List<String> names) {
        this.lines = lines;
        Matcher excel = EXCEL.matcher(firstLine().strip());
        char found = excel.matches() ? excel.group(1).charAt(0) : guessSeparator(feed.text);
        this.separator = separator == null ? found : separator;
        if (!excel.matches()) {
            lines.giveBack();
        }
        feed.giveBack();
        records = records();
        keys = (names == null ? header() : names)
                .stream().map(name -> Names.key(name.strip())).toList();
        if (new HashSet<>(keys).size() < keys.size()) {
            throw new UserException((names == null ? "line " + lines.number() : "--names")
                    + " should have a name for each column, each once, but is " + String.join(",", keys));
        }
    }

    private static char guessSeparator(String text) {
        char best = ',';
        int most = 1;
        for (char candidate : SEPARATORS) {
            int count = countCells(text, candidate);
            best = count > most ? candidate : best;
            most = Math.max(count, most);
        }
        return best;
    }

    private static int countCells(String text, char separator) {
        try {
            var cells = CsvReader.builder()
                    .fieldSeparator(separator)
                    .ofCsvRecord(text)
                    .iterator();
            return cells.hasNext() ? cells.next().getFieldCount() : 0;
        } catch (CsvParseException e) {
            return 0; // text behind a quote, where it would be the separator
        }
    }

    private String firstLine() {
        try {
            feed.begin(Lines.forEver());
            return feed.text;
        } catch (BadLineException e) {
            throw new UserException("line " + lines.number() + ", which should have the names: " + e.getMessage());
        }
    }

    private List<String> header() {
        try {
            String[] cells = next(Lines.forEver());
            List<String> names = cells == null ? List.of() : List.of(cells);
            if (!names.isEmpty() && names.stream().allMatch(CsvFormat::isValue)) {
                throw new UserException("line " + lines.number() + " should have the names of the columns, but is "
                        + String.join(",", names) + "; --names NAME,NAME gives them where no line has them");
            }
            return names;
        } catch (BadLineException e) {
            throw new UserException("line " + lines.number() + ", which should have the names: " + e.getMessage());
        }
    }

    private static boolean isValue(String cell) {
        return Guess.of(cell) instanceof Number || IsoTime.isTime(cell.strip());
    }

    private Iterator<String[]> records() {
        return CsvReader.builder()
                .fieldSeparator(separator)
                .allowUnclosedQuote(false)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .maxBufferSize(2 * Lines.LONGEST)
                .build(
                        StringArrayHandler.builder()
                                .maxFields(1 << 16)
                                .maxFieldSize(2 * Lines.LONGEST)
                                .maxRecordSize(2 * Lines.LONGEST)
                                .build(),
                        feed)
                .iterator();
    }

    @Override
    public boolean look(Look look, long deadline) throws BadLineException {
        String[] cells = row(deadline);
        for (int i = 0; cells != null && i < cells.length; i++) {
            look.see(keys.get(i), Guess.of(cells[i]));
        }
        return cells != null;
    }

    @Override
    public boolean read(Fields fields, Consumer<String> unknown) throws BadLineException {
        String[] cells = row(Lines.forEver());
        if (cells == null) {
            return false;
        }
        if (indices.length == 0) {
            indices = keys.stream().mapToInt(fields::index).toArray();
        }
        fields.clear();
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] >= 0) {
                fields.set(indices[i], fields.get(indices[i]).of(cells[i]));
            } else if (!cells[i].isEmpty()) {
                unknown.accept(keys.get(i));
            }
        }
        return true;
    }

    /** The next row of as many cells as there are names; null at the end, and at the deadline. */
    private String[] row(long deadline) throws BadLineException {
        while (true) {
            String[] cells = next(deadline);
            if (cells == null) {
                return null;
            }
            if (cells.length != keys.size()) {
                feed.giveBackLinesBelow();
                throw new BadLineException(cells.length + " values, not " + keys.size());
            }
            if (!isHeader(cells)) { // which comes again where files were put together
                return cells;
            }
        }
    }

    private boolean isHeader(String[] cells) {
        for (int i = 0; i < cells.length; i++) {
            if (!Names.key(cells[i].strip()).equals(keys.get(i))) {
                return false;
            }
        }
        return true;
    }

    private String[] next(long deadline) throws BadLineException {
        try {
            if (!feed.begin(deadline) || !records.hasNext()) {
                return null;
            }
            String[] cells = records.next();
            String wrong = feed.wrong(cells);
            if (wrong != null) {
                records = records();
                throw new BadLineException(wrong);
            }
            return cells;
        } catch (CsvParseException e) {
            records = records();
            if (feed.isCutOff) {
                return null;
            }
            feed.giveBackLinesBelow();
            String reason = e.getMessage().replaceFirst(" \\(record starting at line \\d+\\)", "");
            throw new BadLineException(feed.isOpen ? "a quote without an end" : reason);
        }
    }

    /** The lines of one record, as FastCSV asks for them. */
    private final class Feed extends Reader {

        private String text = "";
        private int given;
        private int first;
        private int lonely;
        private boolean isBroken;
        private boolean isOpen;
        private boolean isCutOff;

        /** Begins a record with the next line that has anything in it; false at the end, and at the deadline. */
        boolean begin(long deadline) throws BadLineException {
            isBroken = false;
            isOpen = false;
            lonely = 0;
            do {
                lines.begin();
                if (!lines.takeLine(deadline)) {
                    lines.checkLength();
                    lines.giveBack();
                    return false;
                }
                open(lines.from());
            } while (text.isBlank() && text.indexOf(separator) < 0);
            first = lines.at() - lines.from();
            return true;
        }

        private void open(int from) {
            text = new String(lines.bytes(), from, lines.at() - from, UTF_8);
            given = 0;
            isBroken |= text.indexOf('\uFFFD') >= 0 && !isUtf8(from);
            for (int cr = text.indexOf('\r'); cr >= 0; cr = text.indexOf('\r', cr + 1)) {
                lonely += cr + 1 < text.length() && text.charAt(cr + 1) == '\n' ? 0 : 1;
            }
            text = text.endsWith("\n") ? text : text + '\n';
        }

        private boolean isUtf8(int from) {
            try {
                UTF_8.newDecoder().decode(ByteBuffer.wrap(lines.bytes(), from, lines.at() - from));
                return true;
            } catch (CharacterCodingException e) {
                return false;
            }
        }

        @Override
        public int read(char[] chars, int offset, int length) {
            if (given == text.length()) {
                int place = lines.at() - lines.from();
                if (place > Lines.LONGEST || !lines.takeLine(Lines.forEver())) {
                    isOpen = true;
                    isCutOff = lines.isCutOff();
                    return -1;
                }
                open(lines.from() + place);
            }
            int count = Math.min(length, text.length() - given);
            text.getChars(given, given + count, chars, offset);
            given += count;
            return count;
        }

        /** What is wrong with the lines that a record was made of; null if nothing is. */
        String wrong(String[] cells) {
            if (isBroken) {
                return "not UTF-8, as everything should be; iconv converts it";
            }
            long kept = lonely == 0
                    ? 0
                    : Arrays.stream(cells)
                            .flatMapToInt(String::chars)
                            .filter(c -> c == '\r')
                            .count();
            return lonely > kept ? "a carriage return within the line; tr '\\r' '\\n' makes lines of it" : null;
        }

        /** Leaves the first line of the record only, so that the others are read again. */
        void giveBackLinesBelow() {
            lines.giveBack();
            lines.take(first);
        }

        void giveBack() {
            text = "";
            given = 0;
        }

        @Override
        public void close() {
            // belongs to others
        }
    }
}
