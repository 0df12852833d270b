package h5sink.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.testing.Await;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final StringWriter err = new StringWriter();

    @Test
    void aLineOnATerminalIsNoWiderThanThat() {
        String long1 = "a".repeat(50);
        String long2 = "b".repeat(2000);
        Progress progress = new Progress(new PrintWriter(err), Progress.Style.BAR, () -> List.of(long1, long2));
        Await.until("a line", () -> err.toString().contains(long1));
        progress.end();

        assertThat(err.toString()).matches("(" + long1 + "\u001b\\[K\r)+\\R");
    }

    @Test
    void nothingIsReportedInALogBeforeAMinuteIsOver() {
        for (Progress.Style style : List.of(Progress.Style.LINES, Progress.Style.NONE)) {
            new Progress(new PrintWriter(err), style, () -> List.of("shown")).end();
        }

        assertThat(err.toString()).isEmpty();
    }
}
