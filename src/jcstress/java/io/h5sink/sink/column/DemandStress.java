package io.h5sink.sink.column;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.h5sink.buffer.MemoryBudget;
import io.h5sink.testing.DemandProbe;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJ_Result;

/** Demand that the publisher's thread and the writer thread replenish at the same time. */
public abstract class DemandStress {

    @JCStressTest
    @Description("A record is received while another is written; there is room for two")
    @Outcome(id = "true, 3", expect = ACCEPTABLE, desc = "All the room that became free was requested, call by call.")
    @Outcome(
            expect = FORBIDDEN,
            desc = "Two requests at a time, more requested than there is room for, or a stream that stands still.")
    @State
    public static class ReplenishFromTwoThreads {

        private final MemoryBudget budget = new MemoryBudget(200);
        private final Demand demand = new Demand(budget);
        private final DemandProbe probe = new DemandProbe();

        public ReplenishFromTwoThreads() {
            demand.start(probe);
            budget.fixed(100, 0);
            budget.receivedFixed(1);
            demand.replenish();
        }

        @Actor
        public void publisher() {
            budget.receivedFixed(2);
            if (demand.isLow(2)) {
                demand.replenish();
            }
        }

        @Actor
        public void hdf5() {
            budget.written(100);
            demand.replenishOn(Runnable::run);
        }

        @Arbiter
        public void judged(ZJ_Result result) {
            result.r1 = probe.violations().isEmpty();
            result.r2 = probe.requested();
        }
    }

    @JCStressTest
    @Description("The limit is asked for while a record arrives that is larger than all before it")
    @Outcome(
            id = {"true, 1", "true, 2", "true, 65"},
            expect = ACCEPTABLE,
            desc = "The room before the record, or after it.")
    @Outcome(expect = FORBIDDEN, desc = "Room for records of the old size beside one of the new.")
    @State
    public static class LimitAgainstALargerRecord {

        private final MemoryBudget budget = new MemoryBudget(1_000);

        public LimitAgainstALargerRecord() {
            budget.received(1, 1, 0);
        }

        @Actor
        public void publisher() {
            budget.received(2, 900, 0);
        }

        @Actor
        public void hdf5(ZJ_Result result) {
            result.r1 = true;
            result.r2 = budget.limit();
        }
    }
}
