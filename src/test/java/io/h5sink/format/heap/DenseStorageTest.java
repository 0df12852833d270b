package io.h5sink.format.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.format.FormatInput;
import io.h5sink.format.Lookup3;
import io.h5sink.testing.CommitKit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DenseStorageTest {

    @TempDir
    Path folder;

    private long order;

    @ParameterizedTest
    @CsvSource({
        "LINKS, true, 50000, 1",
        "LINKS, false, 3000, 2",
        "LINKS, true, 700, 3",
        "ATTRIBUTES, true, 5000, 4",
        "ATTRIBUTES, false, 800, 5"
    })
    void holdsWhatAMapHolds(DenseKind kind, boolean ordered, int most, long seed) throws IOException {
        Random random = new Random(seed);
        TreeMap<String, ByteBuffer> model = new TreeMap<>();
        List<String> names = new ArrayList<>();
        try (CommitKit kit = CommitKit.create(folder.resolve("a.h5"))) {
            DenseStorage dense = DenseStorage.create(kit.blocks(), kind, ordered);
            int[] adds = {1, 8, most / 20, most / 2, most, 0, most / 3, 0, most / 10};
            double[] removes = {0, 0, 0.3, 0.2, 0.05, 0.7, 0.5, 1, 0.5};
            for (int round = 0; round < adds.length; round++) {
                for (int i = model.size(); model.size() < adds[round]; i++) {
                    String name = "name " + random.nextInt(8 * most) + "x".repeat(random.nextInt(40));
                    ByteBuffer message = message(kind, name, ordered, random);
                    if (model.containsKey(name)) {
                        assertThat(dense.add(DenseMessages.bytes(name), order, message))
                                .isFalse();
                    } else {
                        assertThat(dense.add(DenseMessages.bytes(name), order++, message))
                                .isTrue();
                        model.put(name, message);
                        names.add(name);
                    }
                }
                for (int i = 0; i < model.size() / 10; i++) {
                    replace(dense, kind, ordered, names.get(random.nextInt(names.size())), model, random);
                }
                int left = (int) (model.size() * (1 - removes[round]));
                while (model.size() > left) {
                    int at = random.nextInt(names.size());
                    String name = names.set(at, names.get(names.size() - 1));
                    names.remove(names.size() - 1);
                    model.remove(name);
                    assertThat(dense.remove(DenseMessages.bytes(name))).isTrue();
                    assertThat(dense.remove(DenseMessages.bytes(name))).isFalse();
                }
                dense.save();
                if (random.nextBoolean()) {
                    dense.save();
                    dense = DenseStorage.open(kit.blocks(), kind, dense.heap(), dense.byName(), dense.byOrder());
                    dense.save();
                }
                kit.commit();
                check(kit, dense, kind, model);
                if (random.nextBoolean()) {
                    dense = DenseStorage.open(kit.blocks(), kind, dense.heap(), dense.byName(), dense.byOrder());
                }
                for (String name : names.subList(0, Math.min(names.size(), 300))) {
                    assertThat(dense.find(DenseMessages.bytes(name))).isEqualTo(model.get(name));
                }
            }
        }
    }

    private void replace(
            DenseStorage dense,
            DenseKind kind,
            boolean ordered,
            String name,
            Map<String, ByteBuffer> model,
            Random random)
            throws IOException {
        ByteBuffer old = Objects.requireNonNull(model.get(name));
        ByteBuffer message = message(kind, name, ordered, random);
        if (kind == DenseKind.LINKS && ordered) {
            message.putLong(3, old.getLong(3));
        }
        assertThat(dense.replace(DenseMessages.bytes(name), message)).isTrue();
        model.put(name, message);
    }

    private ByteBuffer message(DenseKind kind, String name, boolean ordered, Random random) {
        if (kind == DenseKind.LINKS) {
            int length = random.nextInt(100) == 0 ? random.nextInt(3500) : random.nextInt(5);
            return DenseMessages.softLink(name, ordered ? order : -1, "t".repeat(1 + length));
        }
        return switch (random.nextInt(60)) {
            case 0 -> DenseMessages.array(name, random.nextInt(4100), order);
            case 1 -> DenseMessages.array(name, 4000 + random.nextInt(100_000), order);
            default -> DenseMessages.number(name, random.nextLong());
        };
    }

    private static void check(CommitKit kit, DenseStorage dense, DenseKind kind, TreeMap<String, ByteBuffer> model)
            throws IOException {
        try (FormatInput bytes = kit.read()) {
            Map<String, ByteBuffer> found = new HashMap<>();
            int hash = 0;
            String before = "";
            for (ByteBuffer message :
                    HeapCheck.messages(bytes, kind, dense.heap(), dense.byName(), dense.byOrder(), true)) {
                ByteBuffer little = message.duplicate().order(java.nio.ByteOrder.LITTLE_ENDIAN);
                byte[] bytesOfName = kind.name(little, bytes.sizes());
                String name = new String(bytesOfName, java.nio.charset.StandardCharsets.UTF_8);
                int next = Lookup3.of(ByteBuffer.wrap(bytesOfName), 0, bytesOfName.length);
                assertThat(Integer.compareUnsigned(hash, next)).isNotPositive();
                assertThat(hash != next || before.compareTo(name) < 0).isTrue();
                hash = next;
                before = name;
                found.put(name, message);
            }
            assertThat(found).isEqualTo(model);
        }
    }

    @Test
    void tellsNamesOfTheSameHashApart() throws IOException {
        Map<Integer, String> first = new HashMap<>();
        List<String> twins = new ArrayList<>();
        for (int i = 0; twins.size() < 8; i++) {
            String name = "n" + i;
            byte[] bytes = DenseMessages.bytes(name);
            String twin = first.putIfAbsent(Lookup3.of(ByteBuffer.wrap(bytes), 0, bytes.length), name);
            if (twin != null) {
                twins.add(name);
                twins.add(twin);
            }
        }
        try (CommitKit kit = CommitKit.create(folder.resolve("a.h5"))) {
            DenseStorage dense = DenseStorage.create(kit.blocks(), DenseKind.ATTRIBUTES, true);
            TreeMap<String, ByteBuffer> model = new TreeMap<>();
            for (String name : twins) {
                ByteBuffer message = DenseMessages.array(name, 70_000, order);
                model.put(name, message);
                assertThat(dense.add(DenseMessages.bytes(name), order++, message))
                        .isTrue();
            }
            for (String name : twins) {
                assertThat(dense.find(DenseMessages.bytes(name))).isEqualTo(model.get(name));
            }
            for (String name : twins.subList(0, 3)) {
                ByteBuffer message = DenseMessages.array(name, 50_000, order);
                model.put(name, message);
                assertThat(dense.replace(DenseMessages.bytes(name), message)).isTrue();
            }
            for (String name : twins.subList(2, 5)) {
                model.remove(name);
                assertThat(dense.remove(DenseMessages.bytes(name))).isTrue();
            }
            dense.save();
            kit.commit();

            check(kit, dense, DenseKind.ATTRIBUTES, model);
        }
    }

    @Test
    void givesAllSpaceBack() throws IOException {
        try (CommitKit kit = CommitKit.create(folder.resolve("a.h5"))) {
            long size = 0;
            for (int round = 0; round < 5; round++) {
                DenseStorage dense = DenseStorage.create(kit.blocks(), DenseKind.ATTRIBUTES, true);
                for (int i = 0; i < 500; i++) {
                    String name = "a" + i;
                    ByteBuffer message =
                            i % 100 == 0 ? DenseMessages.array(name, 100_000, i) : DenseMessages.number(name, i);
                    dense.add(DenseMessages.bytes(name), i, message);
                }
                dense.save();
                kit.commit();
                dense = DenseStorage.open(
                        kit.blocks(), DenseKind.ATTRIBUTES, dense.heap(), dense.byName(), dense.byOrder());
                dense.free();
                kit.commit();
                size = round == 1 ? kit.file().end() : size;
            }

            // pieces of free space are not joined, so that some of them may be too small
            assertThat(kit.file().end()).isLessThan(size * 3 / 2);
        }
    }
}
