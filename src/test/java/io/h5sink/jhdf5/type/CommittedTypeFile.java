package io.h5sink.jhdf5.type;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.file.Links;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** A file with one committed datatype, {@code /t}, of which a test gives the bytes: HDF5's bindings for Java cannot decode a type. */
final class CommittedTypeFile {

    private static final int SUPERBLOCK = 48;

    private CommittedTypeFile() {}

    /** Uses a type while the file is open. */
    interface TypeTest {
        void test(long type) throws Exception;
    }

    /** Has the C library decode a message, in a file in a folder. */
    static void open(Path folder, String message, TypeTest test) throws Exception {
        Path path = write(folder, message);
        long file = H5.H5Fopen(path.toString(), HDF5Constants.H5F_ACC_RDONLY, HDF5Constants.H5P_DEFAULT);
        try (Handle type = Links.open(file, "/t")) {
            test.test(type.id);
        } finally {
            H5.H5Fclose(file);
        }
    }

    /** Writes a file in a folder, with the message of a committed type "t". */
    static Path write(Path folder, String message) throws IOException {
        Path file = folder.resolve("type" + message.hashCode() + ".h5");
        write(file, HexFormat.of().parseHex(message));
        return file;
    }

    private static void write(Path file, byte[] message) throws IOException {
        FormatOutput links = new FormatOutput();
        message(
                links,
                0x02,
                new FormatOutput().int8(0).int8(0).address(Superblock.UNDEFINED).address(Superblock.UNDEFINED));
        message(links, 0x0A, new FormatOutput().int8(0).int8(0));
        FormatOutput link = new FormatOutput().int8(1).int8(0).int8(1).signature("t");
        int group = SUPERBLOCK;
        int size = 14 + links.size() + 4 + link.size() + Long.BYTES;
        message(links, 0x06, link.address(group + size));
        FormatOutput root = header(links);
        FormatOutput type = new FormatOutput();
        message(type, 0x03, new FormatOutput().bytes(message));
        FormatOutput committed = header(type);

        FormatOutput superblock = new FormatOutput();
        superblock.bytes("\u0089HDF\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1));
        superblock.int8(2).int8(Long.BYTES).int8(Long.BYTES).int8(0).address(0).address(Superblock.UNDEFINED);
        superblock
                .address(group + root.size() + committed.size())
                .address(group)
                .seal();
        FormatOutput all = new FormatOutput();
        all.bytes(superblock.toBuffer()).bytes(root.toBuffer()).bytes(committed.toBuffer());
        Files.write(file, all.toBuffer().array());
    }

    private static void message(FormatOutput to, int type, FormatOutput body) {
        to.int8(type).int16(body.size()).int8(0).bytes(body.toBuffer());
    }

    private static FormatOutput header(FormatOutput messages) {
        FormatOutput header = new FormatOutput();
        header.signature("OHDR").int8(2).int8(2).int32(messages.size()).bytes(messages.toBuffer());
        return header.seal();
    }
}
