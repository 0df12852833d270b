package io.h5sink.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.filter.Samples.Content;
import io.h5sink.filter.codec.Compressor;
import io.h5sink.filter.codec.Gzip;
import io.h5sink.filter.codec.IsaL;
import io.h5sink.filter.codec.Method;
import io.h5sink.filter.codec.Scratch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes into a pipeline comes out of it again. */
class FilterPipelineTest {

    private static final int[] SIZES = {1, 2, 3, 7, 8, 9, 15, 16, 17, 63, 64, 255, 1000, 4096, 8191, 65_537, 1 << 20};
    private static final int[] ELEMENTS = {1, 2, 3, 4, 5, 8, 11, 16, 28, 4096};

    private final Scratch scratch = new Scratch();

    @AfterEach
    void close() {
        scratch.close();
    }

    static Stream<Filtering> chains() {
        return Samples.chains().stream();
    }

    @ParameterizedTest
    @MethodSource("chains")
    void everyChunkComesBack(Filtering chain) {
        for (int bytes : SIZES) {
            for (int element : bytes > 100_000 ? new int[] {1, 8, 28} : ELEMENTS) {
                for (Content content : Content.values()) {
                    FilterPipeline pipeline = FilterPipeline.of(chain, element, bytes);
                    ByteBuffer chunk = Samples.chunk(content, bytes);
                    byte[] raw = Samples.bytes(chunk);

                    ByteBuffer stored =
                            ByteBuffer.allocateDirect(pipeline.bound() + 6).position(3);
                    int mask = pipeline.encode(chunk, stored, scratch);

                    String what = chain + " " + content + " " + bytes + " / " + element;
                    assertThat(chunk.hasRemaining()).as(what).isFalse();
                    assertThat(stored.limit()).as(what).isEqualTo(pipeline.bound() + 6);
                    assertThat(decoded(pipeline, stored.limit(stored.position()).position(3), mask, bytes))
                            .as(what)
                            .isEqualTo(raw);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("chains")
    void aChunkThatDoesNotGetSmallerIsStoredPlainWithItsChecksum(Filtering chain) {
        FilterPipeline pipeline = FilterPipeline.of(chain, 8, 5000);
        ByteBuffer chunk = Samples.chunk(Content.NOISE, 5000);
        byte[] raw = Samples.bytes(chunk);
        ByteBuffer stored = ByteBuffer.allocateDirect(pipeline.bound());

        int mask = pipeline.encode(chunk, stored, scratch);

        List<Filter> filters = pipeline.filters();
        int checksum = filters.stream().mapToInt(Filter::id).anyMatch(id -> id == Filter.FLETCHER32) ? 1 : 0;
        assertThat(mask).isEqualTo((1 << (filters.size() - checksum)) - 1);
        assertThat(stored.position()).isEqualTo(5000 + 4 * checksum);
        assertThat(Samples.bytes(stored.flip().limit(5000))).isEqualTo(raw);
    }

    @Test
    void aChunkThatIsStoredRawHasNoFilterAtAll() {
        for (Filtering chain : Samples.chains()) {
            FilterPipeline pipeline = FilterPipeline.of(chain, 4, 100);
            ByteBuffer chunk = Samples.chunk(Content.WALK, 100);
            assertThat(decoded(pipeline, chunk, pipeline.rawMask(), 100)).isEqualTo(Samples.bytes(chunk.position(0)));
        }
    }

    @Test
    void whatIsEasyGetsMuchSmaller() {
        for (Method method : List.of(Method.GZIP, Method.LZF, Method.ZSTD, Method.LZ4)) {
            FilterPipeline pipeline = FilterPipeline.of(
                    new Filtering(method, method == Method.LZF || method == Method.LZ4 ? 0 : 1, true, false),
                    4,
                    1 << 16);
            ByteBuffer stored = ByteBuffer.allocateDirect(pipeline.bound());
            pipeline.encode(Samples.chunk(Content.RAMP, 1 << 16), stored, scratch);
            assertThat(stored.position()).as("%s", method).isLessThan(1 << 13);
        }
    }

    @Test
    void manyThreadsShareAPipeline() {
        List<FilterPipeline> pipelines =
                chains().map(chain -> FilterPipeline.of(chain, 8, 20_000)).toList();
        ThreadLocal<Scratch> scratches = ThreadLocal.withInitial(Scratch::new);
        IntStream.range(0, 400).parallel().forEach(i -> {
            FilterPipeline pipeline = pipelines.get(i % pipelines.size());
            ByteBuffer chunk = Samples.chunk(Content.values()[i % 5], 20_000);
            byte[] raw = Samples.bytes(chunk);
            ByteBuffer stored = ByteBuffer.allocateDirect(pipeline.bound());
            int mask = pipeline.encode(chunk, stored, scratches.get());
            ByteBuffer back = ByteBuffer.allocateDirect(20_000);
            pipeline.decode(stored.flip(), mask, back, scratches.get());
            assertThat(Samples.bytes(back.flip())).isEqualTo(raw);
        });
    }

    @Test
    void aScratchHoldsNoMoreThanAFewChunksAndNothingOnceClosed() {
        for (Filtering chain : Samples.chains()) {
            FilterPipeline pipeline = FilterPipeline.of(chain, 8, 1 << 20);
            ByteBuffer stored = ByteBuffer.allocateDirect(pipeline.bound());
            pipeline.encode(Samples.chunk(Content.WALK, 1 << 20), stored, scratch);
        }
        assertThat(scratch.bytes()).isBetween(1L << 20, (3L << 20) + (1 << 18));
        scratch.close();
        assertThat(scratch.bytes()).isZero();
        scratch.close();
    }

    @Test
    void buffersMustBeDirect() {
        FilterPipeline pipeline = FilterPipeline.of(Filtering.PLAIN, 1, 8);
        assertThatThrownBy(() -> pipeline.encode(ByteBuffer.allocate(8), ByteBuffer.allocateDirect(8), scratch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("buffers must be direct");
        assertThatThrownBy(() -> FilterPipeline.of(Filtering.PLAIN, 0, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sizes must be at least 1, were 0 and 8 bytes");
    }

    @Test
    void levelOneIsIntelsWhereTheLibraryWorks() {
        boolean intel = System.getProperty("os.arch").equals("amd64")
                && System.getProperty("os.name").equals("Linux");
        assertThat(FilterRegistry.compressor(Method.GZIP, 1)).isInstanceOf(intel ? IsaL.class : Compressor.class);
        assertThat(FilterRegistry.compressor(Method.GZIP, 2)).isInstanceOf(Gzip.class);
    }

    private byte[] decoded(FilterPipeline pipeline, ByteBuffer stored, int mask, int bytes) {
        ByteBuffer raw = ByteBuffer.allocateDirect(bytes + 5).position(5);
        pipeline.decode(stored, mask, raw, scratch);
        assertThat(raw.hasRemaining()).isFalse();
        return Samples.bytes(raw.position(5));
    }
}
