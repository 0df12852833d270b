package h5sink.plot;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;

/** Times that people write: a day, or a time in ISO 8601, UTC where there is no offset. */
final class Moments {

    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("yyyy-MM-dd[['T'][' ']HH:mm[:ss][.SSSSSSSSS][.SSSSSS][.SSS][XXX][X]]");

    private Moments() {}

    /** As seconds since 1970. */
    static double seconds(String text) {
        TemporalAccessor time = ISO.parseBest(text.strip(), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
        OffsetDateTime moment = time instanceof OffsetDateTime offset
                ? offset
                : time instanceof LocalDateTime local
                        ? local.atOffset(ZoneOffset.UTC)
                        : ((LocalDate) time).atStartOfDay().atOffset(ZoneOffset.UTC);
        return moment.toEpochSecond() + moment.getNano() / 1e9;
    }
}
