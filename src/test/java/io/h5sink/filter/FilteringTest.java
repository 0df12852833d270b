package io.h5sink.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.filter.codec.Method;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilteringTest {

    @Test
    void whatItsFiltersSayIsTheSameFiltering() {
        for (Filtering chain : Samples.chains()) {
            assertThat(Filtering.of(chain.filters(8, 800))).isEqualTo(chain);
        }
    }

    @Test
    void levelsThatOthersLeaveOutOrOverdoAreThoseThatTheirFiltersTake() {
        assertThat(of(Filter.ZSTD)).isEqualTo(new Filtering(Method.ZSTD, 3, false, false));
        assertThat(of(Filter.ZSTD, -5)).isEqualTo(new Filtering(Method.ZSTD, 1, false, false));
        assertThat(of(Filter.ZSTD, 99)).isEqualTo(new Filtering(Method.ZSTD, 22, false, false));
        assertThat(of(Filter.GZIP, 0)).isEqualTo(new Filtering(Method.GZIP, 0, false, false));
        assertThat(of(Filter.LZ4)).isEqualTo(new Filtering(Method.LZ4, 0, false, false));
    }

    @Test
    void whatOnlyHdf5KnowsIsLeftToIt() {
        Filter szip = new Filter(4, 1, List.of());
        Filter shuffle = new Filter(Filter.SHUFFLE, 1, List.of(8));
        Filter gzip = new Filter(Filter.GZIP, 1, List.of(6));
        Filter fletcher32 = new Filter(Filter.FLETCHER32, 0, List.of());

        assertThat(Filtering.of(List.of(szip))).isNull();
        assertThat(Filtering.of(List.of(shuffle, szip))).isNull();
        assertThat(Filtering.of(List.of(gzip, shuffle))).isNull();
        assertThat(Filtering.of(List.of(fletcher32, gzip))).isNull();
        assertThat(Filtering.of(List.of(gzip, gzip))).isNull();
        assertThat(Filtering.of(List.of())).isEqualTo(Filtering.PLAIN);
    }

    private static Filtering of(int id, Integer... values) {
        return Filtering.of(List.of(new Filter(id, 1, List.of(values))));
    }
}
