package h5sink.input;

import com.github.luben.zstd.ZstdInputStream;
import h5sink.console.UserException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** What the first bytes of an input say it is: text in UTF-8, maybe compressed, maybe behind a byte order mark. */
final class Opening {

    /** What bytes an input begins with, and what that is. */
    private enum Kind {
        GZIP("gzip", 0x1f, 0x8b),
        ZSTD("zstd", 0x28, 0xb5, 0x2f, 0xfd),
        UTF_8("UTF-8", 0xef, 0xbb, 0xbf),
        UTF_32_BE("UTF-32", 0, 0, 0xfe, 0xff),
        UTF_32_LE("UTF-32", 0xff, 0xfe, 0, 0),
        UTF_16_BE("UTF-16", 0xfe, 0xff),
        UTF_16_LE("UTF-16", 0xff, 0xfe),
        XZ("xz", 0xfd, '7', 'z', 'X', 'Z', 0),
        BZIP2("bzip2", 'B', 'Z', 'h', -1, '1', 'A', 'Y'),
        ZIP("zip", 'P', 'K', 3, 4),
        LZ4("lz4", 4, 0x22, 0x4d, 0x18),
        HDF5("HDF5", 0x89, 'H', 'D', 'F', '\r', '\n');

        private final String word;
        private final int[] magic;

        Kind(String word, int... magic) {
            this.word = word;
            this.magic = magic;
        }

        /** Whether the bytes are its first ones, as far as they go. */
        private boolean may(byte[] bytes, int count) {
            for (int i = 0; i < Math.min(count, magic.length); i++) {
                if (magic[i] >= 0 && magic[i] != (bytes[i] & 0xff)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final int MOST = 8;

    private Opening() {}

    /** The text of an input, of which no more bytes are read than it takes to know what it is. */
    static InputStream of(InputStream in) throws IOException {
        byte[] head = new byte[MOST];
        int count = 0;
        while (count < MOST && isOpen(head, count)) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head[count++] = (byte) next;
        }
        int read = count;
        Kind kind = List.of(Kind.values()).stream()
                .filter(each -> each.magic.length <= read && each.may(head, read))
                .findFirst()
                .orElse(null);
        PushbackInputStream text = new PushbackInputStream(in, MOST);
        int mark = kind == Kind.UTF_8 ? kind.magic.length : 0;
        text.unread(head, mark, count - mark);
        if (kind == null || kind == Kind.UTF_8) {
            if (count > 1 && (head[0] == 0) != (head[1] == 0)) {
                throw encoding("UTF-16");
            }
            return text;
        }
        return switch (kind) {
            case GZIP -> of(new Unpacked(new GZIPInputStream(text), in));
            case ZSTD -> of(zstd(text, in));
            case UTF_16_BE, UTF_16_LE, UTF_32_BE, UTF_32_LE -> throw encoding(kind.word);
            case HDF5 -> throw new UserException("the input is an HDF5 file, not lines; see h5sink ls");
            default ->
                throw new UserException("the input is packed by " + kind.word
                        + ", which is not unpacked here, as gzip and zstd are; unpack it and give the lines");
        };
    }

    /** Whether another byte is needed: the first ones may be those of a mark, or half of a character of UTF-16. */
    private static boolean isOpen(byte[] head, int count) {
        if (count < 2) {
            return true;
        }
        for (Kind kind : Kind.values()) {
            if (count < kind.magic.length && kind.may(head, count)) {
                return true;
            }
        }
        return false;
    }

    private static InputStream zstd(InputStream text, InputStream in) throws IOException {
        try {
            return new Unpacked(new ZstdInputStream(text), in);
        } catch (LinkageError e) {
            throw new UserException(
                    "the input is packed by zstd, for which zstd-jni is not there: unpack it by zstd -dc");
        }
    }

    private static UserException encoding(String name) {
        return new UserException("the input is " + name + ", not UTF-8; iconv -f " + name + " -t UTF-8 converts it");
    }

    /** Unpacked bytes, of which none are said to be there when those that they are unpacked from are waited for. */
    private static final class Unpacked extends FilterInputStream {

        private final InputStream packed;

        Unpacked(InputStream unpacked, InputStream packed) {
            super(unpacked);
            this.packed = packed;
        }

        @Override
        public int available() throws IOException {
            return packed.available() == 0 ? 0 : super.available();
        }
    }
}
