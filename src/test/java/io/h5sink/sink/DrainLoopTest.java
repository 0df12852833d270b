package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.testing.HandScheduler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A session whose drains never cease leaves the thread to other sessions in between. */
class DrainLoopTest {

    @Test
    void otherTasksRunBetweenTheTurnsOfAStreamThatNeverRests() {
        HandScheduler hdf5 = new HandScheduler();
        List<String> done = new ArrayList<>();
        DrainLoop[] loops = new DrainLoop[1];
        loops[0] = new DrainLoop(hdf5, new DrainLoop.DrainTask() {
            @Override
            public void drain() {
                done.add("turn");
                if (done.size() < 10) {
                    loops[0].schedule(); // as a publisher does meanwhile
                }
            }

            @Override
            public void rejected() {}

            @Override
            public boolean isTerminated() {
                return false;
            }
        });
        loops[0].schedule();
        hdf5.schedule(() -> done.add("other"));
        hdf5.work();

        assertThat(done).startsWith("turn", "other", "turn").hasSize(10);
        loops[0].dispose();
    }
}
