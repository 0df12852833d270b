package io.h5sink.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.judge.H5py;
import io.h5sink.testing.Await;
import io.h5sink.testing.Run;
import io.h5sink.testing.Run.Failure;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** Records that cannot be stored for what they are as a whole. */
class BadStreamTest {

    record Row(int a) {}

    record Other(int a) {}

    record Empty() {}

    record Vector(byte[] bytes) {}

    record Text(int a, String text) {}

    record Throwing(int a, String text) {
        Throwing {
            text = text + "!";
        }

        @Override
        public int a() {
            if (a == 3) {
                throw new IllegalStateException("out of order");
            }
            return a;
        }
    }

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    @Test
    void aClassThatIsNoRecord() {
        Run.fail(file, new StringBuilder())
                .isAboutTheObject(file, null, "a Java record, an H5Record or a Map", "java.lang.StringBuilder", 0);

        assertThat(H5py.read(file).datasets()).isEmpty();
    }

    @Test
    void aRecordWithoutComponents() {
        Run.fail(file, new Empty())
                .isAboutTheObject(
                        file, null, "a record with components", Empty.class.getTypeName() + ", which has none", 0);
    }

    @Test
    void twoClassesOfRecords() {
        Run.fail(file, new Row(1), new Row(2), new Other(3))
                .isAboutTheObject(
                        file,
                        null,
                        "a " + Row.class.getTypeName() + ", like the first record",
                        Other.class.getTypeName(),
                        2);

        assertThat(H5py.read(file).values("/a")).containsExactly(1, 2);
    }

    @Test
    void aRecordAmongNamedQuantities() {
        Run.fail(file, H5Record.of("a", 1), Map.of("a", 2), new Row(3))
                .isAboutTheObject(
                        file, null, "an H5Record or a Map, like the first record", Row.class.getTypeName(), 2);

        assertThat(H5py.read(file).values("/a")).containsExactly(1, 2);
    }

    @Test
    void anAccessorThatThrows() {
        Failure failure =
                Run.fail(file, new Throwing(1, "x"), new Throwing(2, "y"), new Throwing(3, "z"), new Throwing(4, "z"));

        failure.isAboutTheObject(file, null, null, null, 2);
        assertThat(failure.error())
                .hasMessageContaining("record 3 cannot be read: java.lang.IllegalStateException: out of order")
                .hasCauseInstanceOf(IllegalStateException.class);
        H5py seen = H5py.read(file);
        assertThat(seen.values("/a")).containsExactly(1, 2);
        assertThat(seen.values("/text")).containsExactly("x!", "y!");
    }

    @Test
    void aFirstRecordThatIsLargerThanTheMemory() {
        Run.fail(H5Writer.to(file).memory(4096), new Vector(new byte[4097]))
                .isAboutTheObject(file, null, "a record of at most memory(4096) bytes", "one of 4097 bytes", 0);
    }

    @Test
    void aRecordWhoseTextIsLargerThanTheMemory() {
        Failure failure = Run.fail(
                H5Writer.to(file).memory(4096),
                new Text(1, "x"),
                new Text(2, "x".repeat(100)),
                new Text(3, long4097()));

        failure.isAboutTheObject(
                file,
                null,
                "a record of at most memory(4096) bytes",
                failure.error().actual(),
                2);
        assertThat(failure.error().actual()).startsWith("one of 41");
        assertThat(H5py.read(file).values("/a")).containsExactly(1, 2);
        assertThat(H5py.read(file).values("/text")).containsExactly("x", "x".repeat(100));
    }

    @Test
    void namedQuantitiesThatTogetherAreLargerThanTheMemory() {
        Failure failure = Run.fail(
                H5Writer.to(file).memory(4096),
                H5Record.of("a", new byte[2000]),
                H5Record.of("a", new byte[2000]).and("b", new byte[2000]).and("c", "x".repeat(200)));

        failure.isAboutTheObject(
                file,
                null,
                "a record of at most memory(4096) bytes",
                failure.error().actual(),
                1);
        assertThat(failure.error().actual()).startsWith("one of 42");
        assertThat(H5py.read(file).at("/a").shape()).isEqualTo("(1, 2000)");
        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/a");
    }

    @Test
    void aRecordOfExactlyTheMemoryIsTaken() {
        Run.write(
                H5Writer.to(file).memory(4096),
                Flux.range(0, 20).map(i -> new Vector(new byte[4096])).cast(Object.class));

        assertThat(H5py.read(file).at("/bytes").shape()).isEqualTo("(20, 4096)");
    }

    @Test
    void aNullInAStreamIsThePublishersError() {
        H5Sink<Row> sink = H5Sink.to(file);
        Flux.just(new Row(1)).concatWith(Flux.never()).subscribe(sink);
        Await.until("the record is received", () -> sink.scanOrDefault(Scannable.Attr.LARGE_BUFFERED, 0L) == 1);

        assertThatNullPointerException().isThrownBy(() -> sink.onNext(null)).withMessage("a record must not be null");

        sink.disposeGracefully().block(Await.LIMIT);
        assertThat(H5py.read(file).values("/a")).containsExactly(1);
    }

    private static String long4097() {
        return "x".repeat(4097);
    }
}
