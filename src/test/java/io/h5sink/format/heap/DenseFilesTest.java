package io.h5sink.format.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.testing.CommitKit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dense storage that Java and HDF5 change in turn. */
class DenseFilesTest {

    /** Makes a file with a group and a dataset, and prints the addresses of their headers. */
    private static final String MAKE = """
            import h5py, sys
            path, ordered, links, attributes = sys.argv[1], sys.argv[2] == 'true', int(sys.argv[3]), int(sys.argv[4])
            with h5py.File(path, 'w', libver=('v110', 'v110')) as f:
                creation = h5py.h5p.create(h5py.h5p.GROUP_CREATE)
                of_data = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                if ordered:
                    creation.set_link_creation_order(h5py.h5p.CRT_ORDER_TRACKED | h5py.h5p.CRT_ORDER_INDEXED)
                    of_data.set_attr_creation_order(h5py.h5p.CRT_ORDER_TRACKED | h5py.h5p.CRT_ORDER_INDEXED)
                g = h5py.Group(h5py.h5g.create(f.id, b'g', gcpl=creation))
                space = h5py.h5s.create(h5py.h5s.SCALAR)
                d = h5py.Dataset(h5py.h5d.create(f.id, b'd', h5py.h5t.STD_I32LE, space, dcpl=of_data))
                for i in range(links):
                    g['first %d' % i] = h5py.SoftLink('t')
                for i in range(attributes):
                    d.attrs['first %d' % i] = i
                print(h5py.h5o.get_info(g.id).addr, h5py.h5o.get_info(d.id).addr)
            """;

    /** Compares all links or attributes with the lines of a file: name, size and sum of bytes. */
    private static final String COMPARE = """
            import h5py, sys
            path, lines, kind, ordered = sys.argv[1:5]
            want = [line.split('\\t') for line in open(lines, encoding='utf-8').read().splitlines()]
            def report(f, name):
                if kind == 'LINKS':
                    value = f['g'].get(name, getlink=True).path.encode()
                else:
                    value = f['d'].attrs[name].tobytes()
                return [name, str(len(value)), str(sum(value))]
            with h5py.File(path, 'r') as f:
                found = f['g'] if kind == 'LINKS' else f['d'].attrs
                assert len(found) == len(want), (len(found), len(want))
                names = list(found)
                assert set(names) == {w[0] for w in want}, set(names) ^ {w[0] for w in want}
                for w in want:
                    assert w[0] in found
                    assert report(f, w[0]) == w, (report(f, w[0]), w)
                assert 'nobody' not in found
                if ordered == 'true':
                    order = []
                    if kind == 'LINKS':
                        group = f['g'].id
                        group.links.iterate(lambda n: order.append(n.decode()), idx_type=h5py.h5.INDEX_CRT_ORDER)
                    else:
                        h5py.h5a.iterate(f['d'].id, lambda n, *x: order.append(n.decode()),
                                         index_type=h5py.h5.INDEX_CRT_ORDER)
                    assert order == [w[0] for w in want], (order[:9], [w[0] for w in want][:9])
            print('same')
            """;

    /** Removes and adds, and prints what there is then: name, size and sum of bytes, in creation order if there is one. */
    private static final String CHANGE = """
            import h5py, numpy, random, sys
            path, kind, ordered, seed, adds, most = sys.argv[1], sys.argv[2], sys.argv[3], *map(int, sys.argv[4:7])
            random.seed(seed)
            with h5py.File(path, 'r+', libver=('v110', 'v110')) as f:
                where = f['g'] if kind == 'LINKS' else f['d'].attrs
                names = sorted(where)
                for name in random.sample(names, len(names) * seed // 10):
                    del where[name]
                for i in range(adds):
                    name = 'py %d %d' % (seed, i)
                    if kind == 'LINKS':
                        where[name] = h5py.SoftLink('p' * random.randint(1, 60))
                    else:
                        where[name] = numpy.zeros(random.choice([1, 1, 1, 20, 1000, most]), 'u1')
            with h5py.File(path, 'r') as f:
                names = []
                if kind == 'LINKS':
                    index = h5py.h5.INDEX_CRT_ORDER if ordered == 'true' else h5py.h5.INDEX_NAME
                    group = f['g'].id
                    group.links.iterate(lambda n: names.append(n.decode()), idx_type=index)
                else:
                    index = h5py.h5.INDEX_CRT_ORDER if ordered == 'true' else h5py.h5.INDEX_NAME
                    h5py.h5a.iterate(f['d'].id, lambda n, *x: names.append(n.decode()), index_type=index)
                for name in names:
                    if kind == 'LINKS':
                        value = f['g'].get(name, getlink=True).path.encode()
                    else:
                        value = f['d'].attrs[name].tobytes()
                    print(name, len(value), sum(value), sep='\\t')
            """;

    @TempDir
    Path folder;

    private Path path;
    private DenseKind kind = DenseKind.LINKS;
    private boolean ordered;
    private long header;

    /** The messages' names in creation order, with size and sum of their values. */
    private final TreeMap<Long, String> lines = new TreeMap<>();

    private final Map<String, Long> orders = new HashMap<>();
    private long order;
    private final Random random = new Random(1);

    @BeforeEach
    void needsPython() {
        Python.require();
        path = folder.resolve("dense.h5");
    }

    @ParameterizedTest
    @CsvSource({
        "LINKS, false, 9",
        "LINKS, true, 60",
        "LINKS, true, 4000",
        "LINKS, false, 10000",
        "ATTRIBUTES, false, 50",
        "ATTRIBUTES, true, 500",
        "ATTRIBUTES, false, 2000"
    })
    void hdf5GoesOnWithIt(DenseKind of, boolean inOrder, int count) throws IOException {
        make(of, inOrder, 0, of == DenseKind.LINKS ? 0 : 9);
        try (CommitKit kit = CommitKit.open(path)) {
            DenseStorage dense = DenseStorage.create(kit.blocks(), kind, ordered);
            add(dense, "java", count);
            if (kind == DenseKind.ATTRIBUTES) {
                add(dense, "large", DenseMessages.array("large", 100 << 10, 1), 100 << 10);
                add(dense, "larger", DenseMessages.array("larger", 1 << 20, 2), 1 << 20);
            }
            save(kit, dense);
        }
        compare(true);
        for (int round = 1; round < 10; round += 2) {
            change(round, count / 2);
            if (!alternate(round, count / 3)) {
                assertThat(count).isLessThan(40);
                return;
            }
            compare(false);
        }
        change(10, 0);
        assertThat(lines).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "LINKS, false, 10, 3", "LINKS, true, 100, 1", "LINKS, false, 1500, 2",
        "ATTRIBUTES, false, 12, 3", "ATTRIBUTES, true, 60, 2", "ATTRIBUTES, true, 1000, 1"
    })
    void goesOnWithHdf5(DenseKind of, boolean inOrder, int count, int start) throws IOException {
        make(of, inOrder, of == DenseKind.LINKS ? count : 0, of == DenseKind.LINKS ? 0 : count);
        for (int round = start; round < 9; round++) {
            change(round, count);
            if (!alternate(round, count / 2)) {
                assertThat(count).isLessThan(40);
                return;
            }
            compare(false);
        }
    }

    @Test
    void toolsSeeIt() throws IOException {
        make(DenseKind.LINKS, true, 0, 0);
        long heap;
        long byName;
        long byOrder;
        try (CommitKit kit = CommitKit.open(path)) {
            DenseStorage dense = DenseStorage.create(kit.blocks(), kind, true);
            add(dense, "java", 3000);
            for (int i = 0; i < 3000; i += 7) {
                remove(dense, "java " + i);
            }
            save(kit, dense);
            heap = dense.heap();
            byName = dense.byName();
            byOrder = dense.byOrder();
        }
        compare(true);
        if (Tool.isPresent("h5stat")) {
            assertThat(Tool.run("h5stat", path).status()).isZero();
            assertThat(Tool.h5ls(path + "/g").lines()).hasSize(lines.size());
            Tool.Answer answer = Tool.run("h5debug", path, heap);
            assertThat(answer.output().replaceAll(" +", " "))
                    .contains("Number of managed objects in heap: " + lines.size());
            for (long address : List.of(byName, byOrder)) {
                assertThat(Tool.run("h5debug", path, address, header).output().replaceAll(" +", " "))
                        .contains("Number of records in tree: " + lines.size());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"9", "20", "300", "3000"})
    void usesSpaceAsHdf5Does(int count) throws IOException {
        make(DenseKind.LINKS, false, count, 0);
        try (CommitKit kit = CommitKit.open(path)) {
            DenseStorage dense = DenseStorage.create(kit.blocks(), kind, false);
            for (int i = 0; i < count; i++) {
                String name = "first " + i;
                add(dense, name, DenseMessages.asciiLink(name, "t"), 1);
            }
            DenseStorage theirs = Objects.requireNonNull(open(kit));
            save(kit, dense);

            assertThat(numbers(kit, dense.heap())).isEqualTo(numbers(kit, theirs.heap()));
        }
        compare(true);
    }

    private static List<Long> numbers(CommitKit kit, long heap) throws IOException {
        ByteBuffer head = kit.blocks().sealed(heap, 146, "FRHP");
        FractalHeapHeader header = FractalHeapHeader.decode(head, kit.blocks().sizes());
        return List.of(
                header.free,
                header.managedBytes,
                header.allocatedBytes,
                header.next,
                header.managedObjects,
                (long) header.rows,
                (long) header.idBytes,
                header.largestManaged);
    }

    private void make(DenseKind of, boolean inOrder, int links, int attributes) throws IOException {
        kind = of;
        ordered = inOrder;
        String[] addresses =
                Python.run(MAKE, path, inOrder, links, attributes).strip().split(" ");
        header = Long.parseLong(addresses[kind == DenseKind.LINKS ? 0 : 1]);
    }

    private void add(DenseStorage dense, String prefix, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String name = prefix + " " + i;
            if (kind == DenseKind.LINKS) {
                String target = "t".repeat(1 + random.nextInt(random.nextInt(30) == 0 ? 3000 : 20));
                add(dense, name, DenseMessages.softLink(name, ordered ? order : -1, target), target.length());
            } else if (random.nextInt(10) == 0) {
                int length = random.nextInt(random.nextInt(10) == 0 ? 100_000 : 3000);
                add(dense, name, DenseMessages.array(name, length, i), length);
            } else {
                add(dense, name, DenseMessages.number(name, i), Long.BYTES);
            }
        }
    }

    private void add(DenseStorage dense, String name, ByteBuffer message, int valueBytes) throws IOException {
        assertThat(dense.add(DenseMessages.bytes(name), ordered ? order : 0xFFFF, message))
                .isTrue();
        orders.put(name, order);
        lines.put(order++, line(name, message, valueBytes));
    }

    private static String line(String name, ByteBuffer message, int valueBytes) {
        long sum = 0;
        for (int i = message.limit() - valueBytes; i < message.limit(); i++) {
            sum += Byte.toUnsignedInt(message.get(i));
        }
        return name + "\t" + valueBytes + "\t" + sum;
    }

    private void remove(DenseStorage dense, String name) throws IOException {
        assertThat(dense.remove(DenseMessages.bytes(name))).isTrue();
        lines.remove(Objects.requireNonNull(orders.remove(name)));
    }

    private void save(CommitKit kit, DenseStorage dense) throws IOException {
        dense.save();
        Info info = Objects.requireNonNull(info(kit));
        ByteBuffer block = kit.file().change(header, info.length);
        if (info.order > 0 && kind == DenseKind.LINKS) {
            block.putLong(info.order, order);
        } else if (info.order > 0) {
            block.putShort(info.order, (short) order);
        }
        block.putLong(info.addresses, dense.heap()).putLong(info.addresses + 8, dense.byName());
        if (ordered) {
            block.putLong(info.addresses + 16, dense.byOrder());
        }
        kit.commit();
    }

    /** Where in the header the Link Info or Attribute Info message has the largest creation index and the addresses. */
    private record Info(int length, int order, int addresses) {}

    private @Nullable Info info(CommitKit kit) throws IOException {
        ByteBuffer head = kit.file()
                .look(header, 8000)
                .duplicate()
                .order(ByteOrder.LITTLE_ENDIAN)
                .rewind();
        int flags = head.get(5);
        int at = 6 + ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
        int size = (int) FieldSizes.number(head.position(at), 1 << (flags & 3));
        at += 1 << (flags & 3);
        int end = at + size;
        while (at < end) {
            int type = head.get(at);
            int length = Short.toUnsignedInt(head.getShort(at + 1));
            at += 4 + ((flags & 4) != 0 ? 2 : 0);
            if (type == (kind == DenseKind.LINKS ? 2 : 0x15)) {
                boolean tracked = (head.get(at + 1) & 1) != 0;
                int order = kind == DenseKind.LINKS ? 8 : 2;
                return new Info(end + 4, tracked ? at + 2 : 0, at + 2 + (tracked ? order : 0));
            }
            at += length;
        }
        return null;
    }

    private @Nullable DenseStorage open(CommitKit kit) throws IOException {
        Info info = info(kit);
        if (info == null) {
            return null;
        }
        ByteBuffer head = kit.file().look(header, info.length).duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long address = head.getLong(info.addresses);
        if (address == Superblock.UNDEFINED) {
            return null;
        }
        order = info.order == 0
                ? lines.isEmpty() ? 0 : lines.lastKey() + 1
                : kind == DenseKind.LINKS ? head.getLong(info.order) : Short.toUnsignedInt(head.getShort(info.order));
        return DenseStorage.open(
                kit.blocks(),
                kind,
                address,
                head.getLong(info.addresses + 8),
                ordered ? head.getLong(info.addresses + 16) : Superblock.UNDEFINED);
    }

    /** Lets HDF5 remove and add. */
    private void change(int seed, int adds) {
        String reported = Python.run(CHANGE, path, kind, ordered, seed, adds, 66_000);
        lines.clear();
        orders.clear();
        long last = -1;
        for (String line : reported.lines().toList()) {
            String name = line.substring(0, line.indexOf('\t'));
            last++;
            orders.put(name, last);
            lines.put(last, line);
        }
        order = last + 1;
    }

    /** Lets Java remove, replace and add; false if the storage is not dense any more. */
    private boolean alternate(int round, int adds) throws IOException {
        try (CommitKit kit = CommitKit.open(path)) {
            DenseStorage dense = open(kit);
            if (dense == null) {
                return false;
            }
            if (ordered) {
                renumber();
            }
            for (String name : orders.keySet().stream()
                    .filter(name -> random.nextInt(10) < round % 4)
                    .toList()) {
                remove(dense, name);
            }
            for (String name : orders.keySet().stream()
                    .filter(name -> random.nextInt(4) == 0)
                    .toList()) {
                if (kind == DenseKind.ATTRIBUTES) {
                    ByteBuffer message = DenseMessages.array(name, random.nextInt(900), round);
                    int head = 9 + DenseMessages.bytes(name).length + 1 + 24;
                    assertThat(dense.replace(DenseMessages.bytes(name), message))
                            .isTrue();
                    lines.put(orders.get(name), line(name, message, message.limit() - head));
                }
            }
            add(dense, "java " + round, adds);
            save(kit, dense);
            try (FormatInput bytes = kit.read()) {
                HeapCheck.messages(bytes, kind, dense.heap(), dense.byName(), dense.byOrder(), false);
            }
        }
        return true;
    }

    /** Gives all lines numbers before those of new messages, in the same order. */
    private void renumber() {
        String[] all = lines.values().toArray(String[]::new);
        lines.clear();
        for (int i = 0; i < all.length; i++) {
            long number = order - all.length + i;
            lines.put(number, all[i]);
            orders.put(all[i].substring(0, all[i].indexOf('\t')), number);
        }
    }

    private void compare(boolean ours) throws IOException {
        Path list = folder.resolve("lines.txt");
        Files.writeString(list, lines.values().stream().collect(Collectors.joining("\n")), StandardCharsets.UTF_8);
        assertThat(Python.run(COMPARE, path, list, kind, ordered)).isEqualTo("same\n");
        if (ours) {
            try (CommitKit kit = CommitKit.open(path);
                    FormatInput bytes = kit.read()) {
                DenseStorage dense = Objects.requireNonNull(open(kit));
                HeapCheck.messages(bytes, kind, dense.heap(), dense.byName(), dense.byOrder(), true);
            }
        }
    }
}
