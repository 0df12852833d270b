package h5sink;

import io.h5sink.Compression;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** What words of the command line mean. */
final class Converters {

    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|min|h)");
    private static final Pattern COMPRESSION = Pattern.compile("(\\w+?)(?::(\\d+))?");

    private Converters() {}

    static void register(CommandLine line) {
        line.registerConverter(Duration.class, Converters::duration);
        line.registerConverter(Compression.class, Converters::compression);
    }

    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is no duration, such as 500ms, 1s, 2m or 1h");
        }
        double seconds = Double.parseDouble(matcher.group(1))
                * switch (matcher.group(2)) {
                    case "ms" -> 1e-3;
                    case "s" -> 1;
                    case "h" -> 3600;
                    default -> 60;
                };
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    static Compression compression(String text) {
        Matcher matcher = COMPRESSION.matcher(text);
        if (matcher.matches()) {
            int level = matcher.group(2) == null ? -1 : Integer.parseInt(matcher.group(2));
            switch (matcher.group(1)) {
                case "gzip":
                    return gzip(level);
                case "zstd":
                    return Compression.zstd(level < 0 ? 3 : level);
                case "lzf":
                    return Compression.lzf();
                case "lz4":
                    return Compression.lz4();
                case "auto":
                    return Compression.auto();
                case "none":
                    return Compression.none();
                default:
            }
        }
        throw new TypeConversionException(
                "'" + text + "' is no compression, such as gzip, gzip:6, zstd:3, lzf, lz4, auto or none");
    }

    private static Compression gzip(int level) {
        try {
            return Compression.gzip(level < 0 ? 4 : level);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("gzip: " + e.getMessage());
        }
    }
}
