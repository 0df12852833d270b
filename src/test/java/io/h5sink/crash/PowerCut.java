package io.h5sink.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a power cut may leave: each page of a file as any of the writes since its last sync left it, or as it was then, and the
 * file's size and existence likewise, whatever the order of the writes.
 */
final class PowerCut {

    private final History history;
    private final Random random;

    PowerCut(History history, long seed) {
        this.history = history;
        this.random = new Random(seed);
    }

    /** Makes up states, in the order of the moments at which the power is cut. */
    void visit(int count, History.Visitor visitor) throws Exception {
        SortedMap<Integer, Integer> moments = new TreeMap<>();
        random.ints(count, 1, history.steps().size() + 1).forEach(moment -> moments.merge(moment, 1, Integer::sum));
        Disk now = history.start();
        Disk synced = history.start();
        Map<String, List<Step>> since = new LinkedHashMap<>();
        int reported = 0;
        for (int done = 1; done <= history.steps().size(); done++) {
            Step step = history.steps().get(done - 1);
            now.apply(step);
            if (step instanceof Step.Reported records) {
                reported = records.records();
            } else if (step instanceof Step.Sync sync) {
                synced.copy(sync.file(), now);
                since.remove(sync.file());
            } else if (step instanceof Step.SyncNames) {
                List.copyOf(since.keySet()).forEach(file -> syncName(file, now, synced, since));
            } else if (step instanceof Step.Link link) {
                List<Step> made = since.computeIfAbsent(link.to(), file -> new ArrayList<>());
                made.add(new Step.Create(link.to())); // a name does not bring the pages to the disk
                made.addAll(new Step.Write(link.to(), 0, now.get(link.to())).pages());
            } else {
                since.computeIfAbsent(file(step), file -> new ArrayList<>()).add(step);
            }
            for (int i = 0; i < moments.getOrDefault(done, 0); i++) {
                visitor.visit(left(synced, since), reported, "power cut after step " + done + ", a " + step);
            }
        }
    }

    private static void syncName(String file, Disk now, Disk synced, Map<String, List<Step>> since) {
        List<Step> steps = since.getOrDefault(file, List.of());
        int made = steps.lastIndexOf(new Step.Create(file));
        if (!now.has(file)) {
            synced.copy(file, now);
            since.remove(file);
        } else if (made >= 0) {
            synced.apply(new Step.Remove(file));
            synced.apply(new Step.Create(file));
            since.put(file, new ArrayList<>(steps.subList(made + 1, steps.size())));
        }
    }

    private static String file(Step step) {
        if (step instanceof Step.Write write) {
            return write.file();
        } else if (step instanceof Step.Resize resize) {
            return resize.file();
        } else if (step instanceof Step.Create create) {
            return create.file();
        } else if (step instanceof Step.Remove remove) {
            return remove.file();
        }
        throw new AssertionError("nothing is known of what a power cut makes of a " + step);
    }

    private Disk left(Disk synced, Map<String, List<Step>> since) {
        Disk left = new Disk();
        synced.names().forEach(name -> left.copy(name, synced));
        double kept = List.of(0.1, 0.5, 0.9, 1.0).get(random.nextInt(4));
        since.forEach((file, steps) -> cut(left, file, steps, kept));
        return left;
    }

    /** Does some of the steps: names and sizes up to one of them, and of each page the writes up to one of its own. */
    private void cut(Disk disk, String file, List<Step> steps, double kept) {
        int names = random.nextDouble() < kept ? steps.size() : random.nextInt(steps.size() + 1);
        long size = disk.has(file) ? disk.size(file) : -1;
        Map<Long, Integer> left = writesLeft(steps, kept);
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step instanceof Step.Write write) {
                long end = write.at() + write.bytes().length;
                if (i < names && end > size) {
                    size = end;
                }
                if (disk.has(file) && left.merge(write.at() / Step.PAGE, -1, Integer::sum) >= 0) {
                    disk.apply(write);
                }
            } else {
                if (step instanceof Step.Create) {
                    disk.apply(step); // so that pages have a place, whatever becomes of the name
                }
                if (i < names) {
                    disk.apply(step);
                    size = step instanceof Step.Resize resize ? resize.size() : disk.has(file) ? Math.max(size, 0) : -1;
                }
            }
        }
        if (disk.has(file)) {
            disk.apply(size < 0 ? new Step.Remove(file) : new Step.Resize(file, size));
        }
    }

    private Map<Long, Integer> writesLeft(List<Step> steps, double kept) {
        Map<Long, Integer> writes = new HashMap<>();
        for (Step step : steps) {
            if (step instanceof Step.Write write) {
                writes.merge(write.at() / Step.PAGE, 1, Integer::sum);
            }
        }
        writes.replaceAll((page, count) -> random.nextDouble() < kept ? count : random.nextInt(count + 1));
        return writes;
    }
}
