package io.h5sink.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Durability;
import io.h5sink.Layout;
import io.h5sink.Sharing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The order of the writes to a file that readers follow. */
class FollowedStepsTest {

    private static final int COMMITS = 30;

    /** Blocks with pointers to others come behind those that they point to; a block with none is not in the list. */
    private static final List<String> ORDER = List.of("EADB", "EASB", "EAIB", "EAHD", "OCHK", "OHDR");

    @TempDir
    Path directory;

    private List<Step> steps(Kind kind) {
        Case what = new Case(Sharing.SWMR, Layout.COLUMNS, kind, Durability.FLUSH, false, false);
        RecordedFiles files = new RecordedFiles(RecordedFiles.Fault.NONE);
        Path file = Writing.file(directory);
        Writing.write(what, what.writer(file, files).sink(), 0, COMMITS * Case.COMMIT, 1, files::report);
        return files.steps();
    }

    private static String signature(Step.Write write) {
        byte[] bytes = write.bytes();
        return bytes.length < 4 ? "" : new String(bytes, 0, 4, StandardCharsets.ISO_8859_1);
    }

    /** The writes to bytes that a commit before has written, of each commit but the first, which readers do not see. */
    private static List<List<Step.Write>> overwriting(List<Step> steps) {
        List<List<Step.Write>> commits = new ArrayList<>();
        List<Step.Write> now = new ArrayList<>();
        BitSet written = new BitSet();
        BitSet fresh = new BitSet();
        for (Step step : steps) {
            if (step instanceof Step.Reported) {
                commits.add(now);
                now = new ArrayList<>();
                written.or(fresh);
            } else if (step instanceof Step.Write write && write.file().equals("data.h5")) {
                int from = (int) write.at();
                int to = from + write.bytes().length;
                if (written.get(from, to).cardinality() > 0 && !signature(write).startsWith("\u0089HDF")) {
                    now.add(write);
                }
                fresh.set(from, to);
            }
        }
        return commits.subList(1, commits.size());
    }

    @ParameterizedTest
    @EnumSource(names = {"SCALARS", "PACKED", "OFFSETS"})
    void eachBlockIsWrittenAloneBehindThoseThatItPointsTo(Kind kind) {
        int blocks = 0;
        for (List<Step.Write> commit : overwriting(steps(kind))) {
            int last = -1;
            for (Step.Write write : commit) {
                String text = new String(write.bytes(), StandardCharsets.ISO_8859_1);
                int rank = ORDER.indexOf(signature(write));
                assertThat(rank < 0 && last >= 0)
                        .as("rows or entries behind a block that leads to them")
                        .isFalse();
                if (rank >= 0) {
                    blocks++;
                    assertThat(rank).as(signature(write)).isGreaterThanOrEqualTo(last);
                    assertThat(ORDER.stream().filter(other -> text.indexOf(other, 1) >= 0))
                            .as("blocks in one write")
                            .isEmpty();
                    last = rank;
                }
            }
        }
        assertThat(blocks).isGreaterThan(COMMITS);
    }

    @Test
    void noSpaceIsWrittenAgainThatACommitHasFreed() throws IOException {
        List<long[]> coded = new ArrayList<>(); // chunks that were written at the end of the file
        long end = 0;
        for (Step step : steps(Kind.PACKED)) {
            if (step instanceof Step.Write write && write.file().equals("data.h5")) {
                long from = write.at();
                long to = from + write.bytes().length;
                boolean block = ORDER.contains(signature(write)) || from == 0;
                if (from >= end && !block) {
                    coded.add(new long[] {from, to});
                } else if (from < end && !block) {
                    assertThat(coded.stream().filter(chunk -> chunk[0] == from && chunk[1] != to))
                            .as("a chunk in the space of another one, at %d", from)
                            .isEmpty();
                }
                end = Math.max(end, to);
            }
        }
        assertThat(coded).isNotEmpty();
    }
}
