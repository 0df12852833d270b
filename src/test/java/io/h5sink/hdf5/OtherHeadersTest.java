package io.h5sink.hdf5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import io.h5sink.format.message.AttributeMessage;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.hdf5.type.ColumnDatatypes;
import io.h5sink.judge.Python;
import io.h5sink.schema.ColumnType;
import io.h5sink.testing.CommitKit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attributes in object headers of any version, which Java and HDF5 change in turn. */
class OtherHeadersTest {

    private static final String MAKE = """
            import h5py, numpy, sys
            path, version, order, bytes = sys.argv[1], sys.argv[2], sys.argv[3] == 'true', int(sys.argv[4])
            creation = h5py.h5p.create(h5py.h5p.FILE_CREATE)
            creation.set_sizes(bytes, bytes)
            if order:
                creation.set_link_creation_order(h5py.h5p.CRT_ORDER_TRACKED | h5py.h5p.CRT_ORDER_INDEXED)
                creation.set_attr_creation_order(h5py.h5p.CRT_ORDER_TRACKED | h5py.h5p.CRT_ORDER_INDEXED)
            access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
            versions = dict(earliest=h5py.h5f.LIBVER_EARLIEST, v108=h5py.h5f.LIBVER_V18, v110=h5py.h5f.LIBVER_V110)
            access.set_libver_bounds(versions[version], h5py.h5f.LIBVER_LATEST)
            with h5py.File(h5py.h5f.create(path.encode(), h5py.h5f.ACC_EXCL, creation, access)) as f:
                f.create_group('g', track_order=order)
                f.create_dataset('d', (3,), 'i4', chunks=(2,), maxshape=(None,), track_order=order)
                f.create_dataset('s', (), 'i1')
                for name in '/', 'g', 'd', 's':
                    f[name].attrs['first'] = numpy.full(5, 5, 'u1')
            """;

    /**
     * Removes and adds, and prints what all objects have then. HDF5 1.10.8 cannot remove densely stored attributes whose order is tracked
     * (record is not in B-tree), also if all of them are its own.
     */
    private static final String CHANGE = """
            import h5py, numpy, random, sys
            path, seed, count, order = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == 'true'
            random.seed(seed)
            careful = order and h5py.version.hdf5_version < '1.12'
            with h5py.File(path, 'r+') as f:
                for name in '/', 'g', 'd', 's':
                    attributes = f[name].attrs
                    for other in random.sample(sorted(attributes), len(attributes) // 4 if count and not careful else 0):
                        del attributes[other]
                    for i in range(count):
                        size = random.choice([1, 1, 8, 40, 300, 4000])
                        where = 'p%d.%d' % (seed, i) if careful else 'a%d' % random.randint(0, 40)
                        attributes[where] = numpy.full(size, size % 100, 'u1')
            with h5py.File(path, 'r') as f:
                for name in '/', 'g', 'd', 's':
                    for other, value in sorted(f[name].attrs.items()):
                        assert (value == len(value) % 100).all(), (name, other, value)
                        print('%s.%s\\t%d' % (name, other, len(value)))
            """;

    @TempDir
    Path folder;

    private Path path;
    private final Map<String, Integer> sizes = new TreeMap<>();
    private final Random random = new Random(5);

    @BeforeEach
    void needsPython() {
        Python.require();
        path = folder.resolve("other.h5");
    }

    @ParameterizedTest
    @CsvSource({
        "earliest, false, 8",
        "earliest, true, 8",
        "earliest, false, 4",
        "v108, false, 8",
        "v108, false, 4",
        "v110, true, 8"
    })
    void javaAndHdf5ChangeThemInTurn(String version, boolean order, int bytes) throws IOException {
        Python.run(MAKE, path, version, order, bytes);
        for (int round = 0; round < 6; round++) {
            read(Python.run(CHANGE, path, round, round == 0 ? 0 : 6, order));
            try (CommitKit kit = CommitKit.open(path)) {
                for (String object : List.of("/", "g", "d", "s")) {
                    for (int i = 0; i < 8; i++) {
                        int size = List.of(1, 1, 8, 40, 300, 4000).get(random.nextInt(6));
                        put(kit, object, "a" + random.nextInt(40), size);
                    }
                }
                kit.commit();
            }
            mustBeRight();
        }
    }

    @Test
    void aValueIsReplacedInItsPlace() throws IOException {
        Python.run(MAKE, path, "earliest", false, 8);
        read(Python.run(CHANGE, path, 0, 0, false));
        try (CommitKit kit = CommitKit.open(path)) {
            long object = header(kit, "g");
            AttributeMessage before = Objects.requireNonNull(ObjectAttributes.find(kit.file(), object, utf8("first")));
            byte[] fives = {7, 7, 7, 7, 7};

            ObjectAttributes.put(kit.file(), object, before.with(ByteBuffer.wrap(fives)));

            kit.commit();
        }
        assertThat(Python.run("""
                import h5py, sys
                print(*h5py.File(sys.argv[1], 'r')['g'].attrs['first'])
                """, path)).isEqualTo("7 7 7 7 7\n");
        try (FormatInput in = FormatInput.open(Map.of(0L, path));
                CommitKit kit = CommitKit.open(path)) {
            ObjectHeader header = ObjectHeader.read(in, header(kit, "g"));
            assertThat(Objects.requireNonNull(header.first(ObjectHeader.ATTRIBUTE))
                            .open()
                            .get(0))
                    .as("the version of the message that h5py wrote")
                    .isEqualTo((byte) 1);
        }
    }

    @Test
    void anAttributeThatNoOldHeaderTakesIsRefused() throws IOException {
        Python.run(MAKE, path, "earliest", false, 8);
        try (CommitKit kit = CommitKit.open(path)) {
            put(kit, "g", "largest", 65_400);
            assertThatExceptionOfType(FormatException.class)
                    .isThrownBy(() -> put(kit, "g", "large", 66_000))
                    .withMessageContaining("header");
            kit.commit();
        }
        sizes.remove("g.large");
        sizes.putAll(Map.of("/.first", 5, "g.first", 5, "d.first", 5, "s.first", 5));
        mustBeRight();
    }

    @Test
    void headersWithoutSpaceGetContinuationBlocks() throws IOException {
        Python.run(MAKE, path, "v110", false, 8);
        read(Python.run(CHANGE, path, 0, 0, false));
        try (CommitKit kit = CommitKit.open(path)) {
            ObjectTree tree = tree(kit);
            long root = tree.find("/").header();
            FormatOutput space = new FormatOutput();
            Dataspace.scalar().encode(space);
            List<HeaderEditor.NewMessage> tight = new ArrayList<>();
            tight.add(new HeaderEditor.NewMessage(ObjectHeader.DATASPACE, 0, space.toBuffer()));
            tight.add(new HeaderEditor.NewMessage(ObjectHeader.DATATYPE, HeaderEditor.CONSTANT, type()));
            tight.add(new HeaderEditor.NewMessage(
                    ObjectHeader.FILL,
                    HeaderEditor.CONSTANT,
                    new FormatOutput().int8(3).int8(0x0A).toBuffer()));
            tight.add(new HeaderEditor.NewMessage(
                    ObjectHeader.LAYOUT,
                    0,
                    new FormatOutput().int8(3).int8(0).int16(1).int8(0).toBuffer()));
            tree.link(root, "/tight", HeaderEditor.make(kit.file(), tight, 0));
            tree.link(
                    root,
                    "/tightgroup",
                    HeaderEditor.make(kit.file(), Groups.messages(kit.file().sizes()), 0));

            for (String name : List.of("tight", "tightgroup")) {
                put(kit, name, "a", 3);
            }

            kit.commit();
        }
        assertThat(Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    print(f['tight'][()], *f['tight'].attrs['a'], len(f['tightgroup']), *f['tightgroup'].attrs['a'])
                """, path)).isEqualTo("0 3 3 3 0 3 3 3\n");
    }

    private void put(CommitKit kit, String object, String name, int size) throws IOException {
        byte[] value = new byte[size];
        Arrays.fill(value, (byte) (size % 100));
        FormatOutput space = new FormatOutput(kit.file().sizes());
        Dataspace.fixed(List.of((long) size)).encode(space);
        AttributeMessage message =
                new AttributeMessage(0, utf8(name), true, type(), space.toBuffer(), ByteBuffer.wrap(value));
        ObjectAttributes.put(kit.file(), header(kit, object), message);
        sizes.put(object + "." + name, size);
    }

    private static ByteBuffer type() {
        FormatOutput out = new FormatOutput();
        ColumnDatatypes.of(ColumnType.scalar(ColumnType.Kind.UINT8)).encode(out);
        return out.toBuffer();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private long header(CommitKit kit, String object) throws IOException {
        return tree(kit).find(object.equals("/") ? "/" : "/" + object).header();
    }

    private ObjectTree tree(CommitKit kit) throws IOException {
        return new ObjectTree(
                kit.file(), Objects.requireNonNull(Superblock.read(path)).root());
    }

    private void read(String lines) {
        sizes.clear();
        lines.lines().map(line -> line.split("\t")).forEach(words -> sizes.put(words[0], Integer.valueOf(words[1])));
    }

    private void mustBeRight() throws IOException {
        String wanted = sizes.entrySet().stream()
                .map(entry -> entry.getKey() + "\t" + entry.getValue())
                .collect(Collectors.joining("\n"));
        assertThat(Python.run(CHANGE, path, 0, 0, false).lines()).containsExactlyInAnyOrder(wanted.split("\n"));
        Superblock superblock = Objects.requireNonNull(Superblock.read(path));
        FileVerifier.check(Map.of(0L, path), superblock.start());
        try (FormatInput in = FormatInput.open(Map.of(0L, path));
                CommitKit kit = CommitKit.open(path)) {
            for (String object : List.of("/", "g", "d", "s")) {
                ByteBuffer prefix = in.at(header(kit, object), 4);
                if (prefix.get(0) == 1) {
                    assertThat((int) prefix.getShort(2))
                            .as("the number of messages of %s", object)
                            .isEqualTo(ObjectHeader.read(in, header(kit, object))
                                    .messages()
                                    .size());
                }
            }
        }
    }
}
