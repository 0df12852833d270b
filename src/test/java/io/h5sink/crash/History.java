package io.h5sink.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/** All the states that the files of a writer went through. */
final class History {

    /**
     * A state.
     *
     * @param steps how many steps led to it
     * @param reported how many records the writer had reported to be committed before it went on
     */
    private record State(int steps, int reported) {}

    /** Takes a state. */
    interface Visitor {

        void visit(Disk disk, int reported, String where) throws Exception;
    }

    private final List<Step> steps = new ArrayList<>();
    private final List<State> states = new ArrayList<>();
    private final Disk start;
    private final Disk last;

    /**
     * Takes what was recorded; a write counts page by page.
     *
     * @param start the files as they were before
     */
    History(Disk start, List<Step> recorded) {
        this.start = start;
        this.last = start.copy();
        int reported = 0;
        for (Step step : recorded) {
            if (step instanceof Step.Failed failed) {
                throw new AssertionError("the writer " + failed.why());
            }
            for (Step part : parts(step)) {
                steps.add(part);
                if (last.apply(part)) {
                    states.add(new State(steps.size(), reported));
                }
            }
            if (step instanceof Step.Reported now) {
                reported = now.records();
                State before = states.remove(states.size() - 1); // what was reported holds for the state that is there
                states.add(new State(before.steps(), reported));
            }
        }
    }

    private List<? extends Step> parts(Step step) {
        if (step instanceof Step.Write write) {
            long at = write.at() == Step.Write.END ? last.size(write.file()) : write.at();
            return new Step.Write(write.file(), at, write.bytes()).pages();
        }
        return List.of(step);
    }

    /** The steps, in which large writes are cut into pages. */
    List<Step> steps() {
        return steps;
    }

    /** The files as they were before. */
    Disk start() {
        return start.copy();
    }

    /** The files as they were in the end. */
    Disk last() {
        return last;
    }

    int states() {
        return states.size();
    }

    /** Goes through some of the states, given by their numbers. */
    void visit(SortedSet<Integer> numbers, Visitor visitor) throws Exception {
        Disk disk = start();
        int done = 0;
        for (int number : numbers) {
            State state = states.get(number);
            while (done < state.steps()) {
                disk.apply(steps.get(done++));
            }
            String where = "state " + number + " of " + states.size() + ", after a " + steps.get(done - 1);
            visitor.visit(disk, state.reported(), where);
        }
    }
}
