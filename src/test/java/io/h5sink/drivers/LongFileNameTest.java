package io.h5sink.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.testing.Await;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** File names as long as file systems have them, to which the ending of a journal cannot be added. */
class LongFileNameTest {

    record Row(int number) {}

    @Test
    void eachHasAJournalOfItsOwnAndCanBeAppendedTo(@TempDir Path directory) {
        String long1 = "é".repeat(126) + "1h5";
        List<Path> files = List.of(
                directory.resolve("x".repeat(245)),
                directory.resolve(long1),
                directory.resolve(long1.replace('1', '2')));
        for (int run = 1; run <= 2; run++) {
            List<H5Sink<Row>> sinks = files.stream().map(H5Sink::<Row>to).toList();
            sinks.forEach(sink -> Flux.just(new Row(7)).concatWith(Flux.never()).subscribe(sink));
            sinks.forEach(sink -> sink.commits().blockFirst(Await.LIMIT));
            assertThat(directory.toFile().list()).as("files and journals").hasSize(6);
            sinks.forEach(H5Sink::close);
            assertThat(directory.toFile().list()).hasSize(3);
        }
        assertThat(files).allSatisfy(file -> {
            try (H5Source source = H5Source.open(file)) {
                assertThat(source.dataset("/number").read(int[].class)).containsExactly(7, 7);
            }
        });
    }
}
