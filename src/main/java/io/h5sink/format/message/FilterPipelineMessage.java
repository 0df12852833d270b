package io.h5sink.format.message;

import io.h5sink.filter.Filter;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatOutput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A filter pipeline message, type 0x000B: HDF5 File Format Specification 3.0, section IV.A.2.l.
 *
 * @param filters the filters in the order in which a chunk is encoded
 * @param names the names that the message gives the filters; an empty name where it gives none
 */
public record FilterPipelineMessage(List<Filter> filters, List<String> names) {

    /** The first number of filters whose name is in the message from version 2 on. */
    private static final int FIRST_NAMED = 256;

    private static final int VERSION = 2;

    /** The message of a new dataset; filters that are not HDF5's own have their usual names. */
    public static FilterPipelineMessage of(List<Filter> filters) {
        List<String> names = new ArrayList<>();
        for (Filter filter : filters) {
            String name = filter.name();
            names.add(name == null ? "" : name);
        }
        return new FilterPipelineMessage(List.copyOf(filters), List.copyOf(names));
    }

    /** Decodes version 1 or 2. Version 1 pads names to multiples of 8 bytes, and odd counts of client values by one value. */
    public static FilterPipelineMessage decode(ByteBuffer from) {
        int version = from.get();
        int count = Byte.toUnsignedInt(from.get());
        from.position(from.position() + (version == 1 ? 6 : 0));
        List<Filter> filters = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int id = Short.toUnsignedInt(from.getShort());
            int nameBytes = version == 1 || id >= FIRST_NAMED ? Short.toUnsignedInt(from.getShort()) : 0;
            int flags = Short.toUnsignedInt(from.getShort());
            int values = Short.toUnsignedInt(from.getShort());
            names.add(name(from, nameBytes, version == 1));
            List<Integer> client = new ArrayList<>();
            for (int k = 0; k < values; k++) {
                client.add(from.getInt());
            }
            from.position(from.position() + (version == 1 && values % 2 == 1 ? Integer.BYTES : 0));
            filters.add(new Filter(id, flags, List.copyOf(client)));
        }
        return new FilterPipelineMessage(List.copyOf(filters), List.copyOf(names));
    }

    private static String name(ByteBuffer from, int length, boolean padded) {
        int start = from.position();
        if (length > 0 && from.get(start + length - 1) != 0) {
            throw new FormatException("the name of a filter does not end");
        }
        from.position(start + (padded ? (length + 7) / 8 * 8 : length));
        int end = start;
        while (end < start + length && from.get(end) != 0) {
            end++;
        }
        return StandardCharsets.UTF_8.decode(from.slice(start, end - start)).toString();
    }

    /** Encodes version 2. */
    public void encode(FormatOutput out) {
        out.int8(VERSION).int8(filters.size());
        for (int i = 0; i < filters.size(); i++) {
            Filter filter = filters.get(i);
            byte[] name = names.get(i).getBytes(StandardCharsets.UTF_8);
            boolean named = filter.id() >= FIRST_NAMED;
            out.int16(filter.id());
            if (named) {
                out.int16(name.length == 0 ? 0 : name.length + 1);
            }
            out.int16(filter.flags()).int16(filter.values().size());
            if (named && name.length > 0) {
                out.bytes(name).int8(0);
            }
            filter.values().forEach(out::int32);
        }
    }
}
