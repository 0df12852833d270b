package io.h5sink.jmh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Contenders that take turns, in each round in another order: nobody always comes after the one that leaves the memory of the page cache
 * in the worst state. Ratios are taken within a round, so that a slow minute hits all alike.
 *
 * @param id of the row
 * @param title of the row
 * @param unit what a second brings, for example {@code million records/s}
 * @param unitSize what makes one of it
 * @param warmUp turns that do not count, for JVMs
 * @param contenders who takes part
 * @param goals what should come out
 * @param notes what a reader should know
 */
record Race(
        String id,
        String title,
        String unit,
        double unitSize,
        int warmUp,
        List<Contender> contenders,
        List<Goal> goals,
        List<String> notes)
        implements Row {

    /**
     * A ratio of two contenders.
     *
     * @param subject its work
     * @param peer the other one's
     * @param measure of what
     * @param reach what it should be
     */
    record Goal(String subject, String peer, Measure measure, double reach) {

        static Goal atLeast(String subject, double reach, String peer) {
            return new Goal(subject, peer, Measure.SPEED, reach);
        }
    }

    /** What is compared. */
    enum Measure {
        /** Units a second; more is better. */
        SPEED,
        /** Seconds for a unit; less is better. */
        COST,
        /** Bytes of the file for a record; less is better. */
        SIZE
    }

    @Override
    public Section run(Plan plan) throws IOException {
        Map<Contender, Worker> workers = new LinkedHashMap<>();
        List<String> lines = new ArrayList<>(notes);
        try {
            for (Contender contender : contenders) {
                if (contender.host().missing().isPresent()) {
                    lines.add(contender.title() + " is left out: "
                            + contender.host().missing().get() + ".");
                } else {
                    workers.put(contender, contender.host().start(contender.work(), "-Xms1g", "-Xmx1g"));
                }
            }
            Map<Contender, List<Turn>> turns = turns(plan, workers, lines);
            lines.add("");
            lines.addAll(speeds(plan, turns));
            return new Section(title, lines, outcomes(plan, turns));
        } finally {
            for (Worker worker : workers.values()) {
                worker.close();
            }
        }
    }

    private Map<Contender, List<Turn>> turns(Plan plan, Map<Contender, Worker> workers, List<String> lines) {
        Map<Contender, List<Turn>> turns = new LinkedHashMap<>();
        List<Contender> order = new ArrayList<>(workers.keySet());
        for (Contender contender : workers.keySet()) {
            turns.put(contender, new ArrayList<>());
            boolean compiles = contender.host() == Host.EMBEDDED || contender.host() == Host.JHDF5;
            for (int i = 0; i < (compiles ? warmUp : 1) && order.contains(contender); i++) {
                turn(plan, contender, workers, order, lines);
            }
        }
        Random random = new Random(1);
        for (int round = 0; round < plan.rounds(); round++) {
            for (Contender contender : List.copyOf(order)) {
                Turn turn = turn(plan, contender, workers, order, lines);
                if (turn != null) {
                    turns.get(contender).add(turn);
                }
            }
            Collections.shuffle(order, random);
        }
        turns.keySet().retainAll(order);
        return turns;
    }

    /** A turn, or null if it fails: the others go on without that contender. */
    private static Turn turn(
            Plan plan, Contender contender, Map<Contender, Worker> workers, List<Contender> order, List<String> lines) {
        try {
            return workers.get(contender).go(plan.directory(), plan.scaled(contender.records()));
        } catch (IOException e) {
            order.remove(contender);
            lines.add("**" + contender.title() + " failed**: `" + e.getMessage().replace("\n", " ") + "`");
            return null;
        }
    }

    private List<String> speeds(Plan plan, Map<Contender, List<Turn>> turns) {
        List<String> lines = new ArrayList<>();
        lines.add("| | " + unit + " | publisher | codecs | HDF5 | rest | file, bytes a record |");
        lines.add("| --- | --: | --: | --: | --: | --: | --: |");
        turns.forEach((contender, own) -> lines.add(String.format(
                Locale.ROOT,
                "| %s | %s |%s %s |",
                contender.title(),
                Numbers.spread(speeds(plan, contender, own), 1 / unitSize),
                shares(own),
                Numbers.of(bytes(plan, contender, own)))));
        return lines;
    }

    private static String shares(List<Turn> turns) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            int part = i;
            double[] each = turns.stream()
                    .filter(turn -> turn.shares().length > part)
                    .mapToDouble(turn -> turn.shares()[part])
                    .toArray();
            boolean told = each.length > 0 && Numbers.median(each) >= 0.005;
            text.append(told ? String.format(Locale.ROOT, " %.0f%% |", 100 * Numbers.median(each)) : " – |");
        }
        return text.toString();
    }

    private List<Outcome> outcomes(Plan plan, Map<Contender, List<Turn>> turns) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Goal goal : goals) {
            Contender subject = find(turns, goal.subject);
            Contender peer = find(turns, goal.peer);
            if (subject != null && peer != null) {
                outcomes.add(outcome(plan, goal, subject, turns.get(subject), peer, turns.get(peer)));
            }
        }
        return outcomes;
    }

    private Outcome outcome(
            Plan plan, Goal goal, Contender subject, List<Turn> ownTurns, Contender peer, List<Turn> peerTurns) {
        boolean atMost = goal.measure != Measure.SPEED;
        String what = title + ": " + subject.title() + " ÷ " + peer.title()
                + (goal.measure == Measure.SIZE ? ", size" : goal.measure == Measure.COST ? ", cost" : "");
        if (goal.measure == Measure.SIZE) {
            double ratio = bytes(plan, subject, ownTurns) / bytes(plan, peer, peerTurns);
            return new Outcome(what, new double[] {ratio}, ratio, goal.reach, true);
        }
        double[] own = speeds(plan, subject, ownTurns);
        double[] others = speeds(plan, peer, peerTurns);
        double[] ratios = IntStream.range(0, own.length)
                .mapToDouble(i -> atMost ? others[i] / own[i] : own[i] / others[i])
                .toArray();
        double best = Arrays.stream(own).max().orElseThrow()
                / Arrays.stream(others).max().orElseThrow();
        return new Outcome(what, ratios, atMost ? 1 / best : best, goal.reach, atMost);
    }

    private static Contender find(Map<Contender, List<Turn>> turns, String work) {
        return turns.keySet().stream()
                .filter(contender -> contender.work().equals(work))
                .findFirst()
                .orElse(null);
    }

    private static double[] speeds(Plan plan, Contender contender, List<Turn> turns) {
        double units = plan.scaled(contender.records()) * contender.units();
        return turns.stream().mapToDouble(turn -> units / turn.seconds()).toArray();
    }

    private static double bytes(Plan plan, Contender contender, List<Turn> turns) {
        double[] each = turns.stream().mapToDouble(Turn::fileBytes).toArray();
        return Numbers.median(each) / plan.scaled(contender.records());
    }
}
