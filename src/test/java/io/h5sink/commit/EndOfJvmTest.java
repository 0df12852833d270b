package io.h5sink.commit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.testing.Await;
import io.h5sink.testing.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What becomes of streams when the JVM ends, beside whoever else ends with it. */
@Timeout(120)
class EndOfJvmTest {

    /** Signal 15, as shells report it. */
    private static final int TERMINATED = 128 + 15;

    private static final int REQUESTS = 16;
    private static final int ROWS = 50;

    record Row(int number) {}

    /** Who ends the stream of a container that has answered its last request. */
    enum By {
        /** The container, which has its source complete; the sink's hook waits for that. */
        COMPLETION,
        /** The container, which closes the sink, which has no hook. */
        CLOSE,
        /** Nobody but the sink's hook. */
        NOBODY
    }

    /** A server that stores rows for each request, and answers those that it has accepted when it is asked to end. */
    static final class Container {

        private Container() {}

        public static void main(String... args) throws Exception {
            By by = By.valueOf(args[1]);
            Sinks.Many<Row> rows = Sinks.many().unicast().onBackpressureBuffer();
            H5Sink<Row> sink = H5Sink.to(
                    Path.of(args[0]),
                    writer -> writer.shutdownHook(by != By.CLOSE).watchdog(Duration.ZERO));
            rows.asFlux().subscribe(sink);
            CountDownLatch answered = new CountDownLatch(REQUESTS);
            ExecutorService workers = Executors.newFixedThreadPool(REQUESTS);
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), REQUESTS);
            server.setExecutor(workers);
            server.createContext("/", exchange -> {
                System.out.println("accepted");
                int request =
                        Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
                for (int row = 0; row < ROWS; row++) {
                    LockSupport.parkNanos(Duration.ofMillis(40).toNanos());
                    rows.emitNext(
                            new Row(request * ROWS + row), Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(5)));
                }
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
                answered.countDown();
            });
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    answered.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                server.stop(0);
                workers.shutdown();
                switch (by) {
                    case COMPLETION -> rows.tryEmitComplete().orThrow();
                    case CLOSE -> sink.close();
                    case NOBODY -> {}
                }
            }));
            server.start();
            System.out.println("listening " + server.getAddress().getPort());
            Thread.currentThread().join();
        }
    }

    /** A stream that a timer feeds, and a program that ends in one way or another. */
    static final class Timed {

        private Timed() {}

        public static void main(String... args) throws InterruptedException {
            int count = Integer.parseInt(args[1]);
            Scheduler scheduler = Schedulers.newSingle("writes", true);
            H5Sink<Row> sink = H5Sink.to(
                    Path.of(args[0]),
                    writer -> writer.commitEvery(Duration.ofMillis(10))
                            .watchdog(Duration.ZERO)
                            .scheduler(scheduler)
                            .shutdownHook(!args[2].equals("no hook")));
            Flux<Row> rows = Flux.interval(Duration.ofMillis(10))
                    .onBackpressureBuffer()
                    .take(count)
                    .map(tick -> new Row(tick.intValue()));
            switch (args[2]) {
                case "return" -> rows.subscribe(sink);
                case "exit in the stream" ->
                    rows.doOnNext(row -> {
                                if (row.number() == 20) {
                                    System.exit(3);
                                }
                            })
                            .subscribe(sink);
                case "exit in a result", "no hook" -> {
                    sink.commits().subscribe(commit -> System.exit(3));
                    rows.subscribe(sink);
                }
                case "slow file" ->
                    rows.doOnComplete(() -> scheduler.schedule(() ->
                                    LockSupport.parkNanos(Duration.ofSeconds(3).toNanos())))
                            .subscribe(sink);
                case "another sink" -> {
                    Runtime.getRuntime()
                            .addShutdownHook(new Thread(() -> rows.subscribe(
                                    H5Sink.to(Path.of(args[0] + ".late"), writer -> writer.watchdog(Duration.ZERO)))));
                    rows.subscribe(sink);
                }
                default -> throw new IllegalArgumentException(args[2]);
            }
            if (!List.of("return", "slow file", "another sink").contains(args[2])) {
                Thread.currentThread().join();
            }
        }
    }

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private static int[] numbers(Path of) {
        try (H5Source source = H5Source.open(of)) {
            return source.dataset("/number").read(int[].class);
        }
    }

    /** Runs a program to its end, and gives what it prints. */
    private List<String> run(int seconds, int status, Object... arguments) throws Exception {
        Process process = Jvm.start(List.of("-Dh5sink.shutdown.seconds=" + seconds), Timed.class, arguments);
        try (BufferedReader output = process.inputReader()) {
            List<String> lines = output.lines().toList();
            assertThat(process.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(process.exitValue()).as("%s", lines).isEqualTo(status);
            return lines;
        } finally {
            process.destroyForcibly();
        }
    }

    private static void awaitLine(BufferedReader output, String line) throws IOException {
        assertThat(output.readLine()).isEqualTo(line);
    }

    @ParameterizedTest
    @EnumSource
    void everyRowOfARequestThatIsAnsweredIsInTheFile(By by) throws Exception {
        Process process = Jvm.start(Container.class, file, by);
        try (BufferedReader output = process.inputReader()) {
            String port = output.readLine().replace("listening ", "");
            HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            List<CompletableFuture<HttpResponse<Void>>> answers = new ArrayList<>();
            for (int request = 0; request < REQUESTS; request++) {
                answers.add(client.sendAsync(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/" + request))
                                .build(),
                        HttpResponse.BodyHandlers.discarding()));
            }
            for (int request = 0; request < REQUESTS; request++) {
                awaitLine(output, "accepted");
            }

            process.toHandle().destroy(); // which leaves its output open

            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)
                                    .statusCode())
                            .isEqualTo(200));
            List<String> logged = output.lines().toList();
            assertThat(process.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(process.exitValue()).isEqualTo(TERMINATED);
            if (by == By.NOBODY) {
                assertThat(logged).singleElement().asString().endsWith(cutOff(REQUESTS * ROWS));
            } else {
                assertThat(logged).isEmpty();
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(numbers(file))
                .containsExactlyInAnyOrder(IntStream.range(0, REQUESTS * ROWS).toArray());
        assertThat(file.resolveSibling("data.h5.journal")).doesNotExist();
    }

    private String cutOff(int rows) {
        return "WARN io.h5sink - " + file + ": the JVM's end has cut the stream off: " + rows
                + " records were received, " + rows + " are safe in the file";
    }

    @Test
    void aStreamThatCompletesInTimeIsWrittenToItsEndAfterMainHasReturned() throws Exception {
        assertThat(run(30, 0, file, 100, "return")).isEmpty();
        assertThat(numbers(file)).isEqualTo(IntStream.range(0, 100).toArray());
    }

    @Test
    void aStreamThatHasCompletedIsNotCutOffWhileItsFileTakesLonger() throws Exception {
        assertThat(run(10, 0, file, 100, "slow file"))
                .isEmpty(); // two seconds of which are for streams that nobody feeds
        assertThat(numbers(file)).isEqualTo(IntStream.range(0, 100).toArray());
    }

    @Test
    void aStreamThatDoesNotCompleteIsCutOffAndThatIsReported() throws Exception {
        List<String> logged = run(10, 0, file, Integer.MAX_VALUE, "return");
        int rows = numbers(file).length;
        assertThat(rows).isPositive();
        assertThat(logged).singleElement().asString().endsWith(cutOff(rows));
    }

    @Test
    void anExitWithinTheStreamKeepsWhatCameBefore() throws Exception {
        assertThat(run(10, 3, file, 100, "exit in the stream"))
                .singleElement()
                .asString()
                .endsWith(cutOff(20));
        assertThat(numbers(file)).isEqualTo(IntStream.range(0, 20).toArray());
    }

    @Test
    void anExitWithinASubscriberOfResultsEndsTheStreamAsAnyOther() throws Exception {
        assertThat(run(30, 3, file, 100, "exit in a result")).isEmpty();
        assertThat(numbers(file)).isEqualTo(IntStream.range(0, 100).toArray());
    }

    @Test
    void aSinkThatBeginsWhileAnotherIsWaitedForIsWaitedForToo() throws Exception {
        assertThat(run(30, 0, file, 150, "another sink")).isEmpty();
        assertThat(numbers(file)).hasSize(150);
        assertThat(numbers(Path.of(file + ".late"))).hasSize(150);
    }

    @Test
    void withoutAHookTheStreamIsLeftToOthersAndWhatWasCommittedIsSafe() throws Exception {
        assertThat(run(30, 3, file, 100, "no hook")).isEmpty();
        H5Writer.recover(file);
        assertThat(numbers(file).length).isBetween(1, 100);
    }
}
