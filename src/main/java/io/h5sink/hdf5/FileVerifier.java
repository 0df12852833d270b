package io.h5sink.hdf5;

import io.h5sink.format.FileNames;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.heap.DenseStorage;
import io.h5sink.format.heap.GlobalHeap;
import io.h5sink.format.heap.SymbolTable;
import io.h5sink.format.index.ChunkIndexCheck;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.FilterPipelineMessage;
import io.h5sink.format.message.LinkMessage;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.format.message.ObjectHeader.Message;
import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Protects both engines from damaged files, of which some would crash the C library. The verifier reads, in Java, all objects that hard
 * links lead to, before a session or the C library does: their headers, datatypes, dataspaces, storage and attributes, the values in the global heap to which these refer, the names
 * in groups, and the path to the last chunk of each dataset. Checksums must be right, addresses must lie within the file, and structures
 * must not contain cycles.
 *
 * <p>The C library itself checks most of this, and reports an error. In files of the oldest format, and in the global heaps of all files, the
 * library checks too little: it overruns buffers, recurses for ever, or loops for ever. The library also crashes if metadata cannot be read
 * while it logs its metadata accesses, and commits need that log. So the verifier also checks structures whose damage the library would
 * report, as far as a session will read them: the last blocks of indexes, the heaps of links and attributes, and the free lists.
 *
 * <p>The verification costs some reads per object, however much data a dataset has. The alternative would be a separate process that tries
 * all operations of a session, writing included: it would need a copy of the file, a JVM, and a good part of a second.
 */
public final class FileVerifier {

    private record VerifiedObject(String path, long address) {}

    private final FormatInput bytes;
    private final GlobalHeap heap;
    private final MessageCheck messages;
    private final Deque<VerifiedObject> open = new ArrayDeque<>();
    private final Set<Long> seen = new HashSet<>();

    /** The first extents of datasets, by the addresses of their object headers. */
    private final Map<Long, Long> lengths = new HashMap<>();

    private String path = "/";

    private FileVerifier(FormatInput bytes) {
        this.bytes = bytes;
        this.heap = new GlobalHeap(bytes);
        this.messages = new MessageCheck(bytes, heap, this::found);
    }

    /**
     * Throws if the C library should not open a file.
     *
     * @param parts the file's parts, by the address of their first byte
     * @param start the position of the superblock
     * @return the length of each dataset along its first axis, by the address of its object header
     */
    public static Map<Long, Long> check(Map<Long, Path> parts, long start) throws IOException {
        try (FormatInput bytes = new FormatInput(parts, start)) {
            FileVerifier structure = new FileVerifier(bytes);
            try {
                structure.superblock();
                structure.objects();
                return structure.lengths;
            } catch (FormatException e) {
                throw structure.damaged(e.what());
            } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
                throw structure.damaged("something is cut off");
            } catch (ArithmeticException e) {
                throw structure.damaged("a size is beyond all bounds");
            }
        }
    }

    private StorageException damaged(String what) {
        return StorageException.file("it is damaged, in " + path + ", " + what, null);
    }

    private void superblock() {
        int version = bytes.superblock();
        int width = bytes.addressBytes();
        if (version >= 2) {
            int length = 12 + 4 * width;
            ByteBuffer head = bytes.at(0, length + 4L);
            bytes.checksum(head, 0, length);
            head.position(12 + width);
            long extension = bytes.address(head);
            bytes.address(head);
            found("", extension);
            found("/", bytes.address(head));
        } else {
            int entry = (version == 0 ? 24 : 28) + 4 * width;
            ByteBuffer counts = bytes.at(16, 4);
            bytes.mostEntries(Short.toUnsignedInt(counts.getShort()), Short.toUnsignedInt(counts.getShort()));
            driverInfo(bytes.address(bytes.at(entry - width, width)));
            ByteBuffer root = bytes.at(entry, bytes.lengthBytes() + width + 24L);
            bytes.length(root);
            long header = bytes.address(root);
            found("/", header);
            int cached = root.getInt();
            root.getInt();
            // a root group of the newer format has no symbol table, even if the superblock still caches the table of
            // its older format
            if (cached == 1 && ObjectHeader.read(bytes, header).first(ObjectHeader.SYMBOL_TABLE) != null) {
                SymbolTable.check(bytes, root, this::found);
            }
        }
    }

    private void driverInfo(long address) {
        if (address != Superblock.UNDEFINED) {
            long size = Integer.toUnsignedLong(bytes.at(address, 16).getInt(4));
            bytes.at(address + 16, size);
        }
    }

    private void found(String name, long address) {
        if (address != Superblock.UNDEFINED && seen.add(address)) {
            String parent = path.equals("/") || name.startsWith("/") ? "" : path;
            open.add(new VerifiedObject(name.startsWith("/") ? name : parent + "/" + name, address));
        }
    }

    private void objects() {
        while (!open.isEmpty()) {
            VerifiedObject next = open.remove();
            path = next.path;
            object(next.address, ObjectHeader.read(bytes, next.address));
        }
    }

    private void object(long address, ObjectHeader header) {
        Datatype type = messages.type(header);
        Dataspace space = messages.space(header);
        for (Message message : header.messages()) {
            switch (message.type()) {
                case ObjectHeader.OLD_FILL, ObjectHeader.FILL -> messages.fill(message, type);
                case ObjectHeader.ATTRIBUTE -> {
                    if (!message.shared()) {
                        messages.attribute(message.open());
                    }
                }
                case ObjectHeader.SYMBOL_TABLE -> SymbolTable.check(bytes, message.open(), this::found);
                case ObjectHeader.LINK -> link(message.open());
                case ObjectHeader.LINK_INFO -> DenseStorage.links(bytes, message.open(), this::link);
                case ObjectHeader.ATTRIBUTE_INFO -> DenseStorage.attributes(bytes, message.open(), messages::attribute);
                case ObjectHeader.LAYOUT -> {
                    layout(message, space, type);
                    lengths.put(address, space == null ? Long.MAX_VALUE : space.first());
                }
                case ObjectHeader.FILTERS -> {
                    if (!message.shared()) {
                        FilterPipelineMessage.decode(message.open());
                    }
                }
                default -> {
                    // no other message has an address
                }
            }
        }
    }

    private void layout(Message message, @Nullable Dataspace space, @Nullable Datatype type) {
        if (space != null && type != null) {
            ChunkIndexCheck.check(bytes, message.open(), space, type.size());
        }
    }

    private void link(ByteBuffer from) {
        LinkMessage link = LinkMessage.decode(from, bytes.sizes());
        if (link.form() == LinkMessage.Form.HARD) {
            found(FileNames.text(link.name()), link.address());
        }
    }
}
