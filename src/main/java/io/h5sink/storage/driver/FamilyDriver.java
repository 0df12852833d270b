package io.h5sink.storage.driver;

import io.h5sink.format.DriverInfo;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code H5FD_FAMILY}: a file in members of one size, numbered from 0; all but the last member are full. */
public final class FamilyDriver extends FileDriver {

    /** The form of a path: the C library formats the path with printf, so that one number must be the only conversion in the path. */
    private static final Pattern NAME = Pattern.compile("(?:[^%]|%%)*%(?:0[1-9])?d(?:[^%]|%%)*", Pattern.DOTALL);

    private final long memberBytes;

    /**
     * A driver for a file in members.
     *
     * @param memberBytes the size of a member, in bytes
     */
    public FamilyDriver(long memberBytes) {
        super("family(" + memberBytes + ")");
        this.memberBytes = memberBytes;
    }

    /** The size of a member, in bytes. */
    public long memberBytes() {
        return memberBytes;
    }

    @Override
    public @Nullable String refusal(Path file) {
        return NAME.matcher(file.toString()).matches()
                ? null
                : "the path of a file in pieces must contain %d or, for example, %03d once, and any other % as %%, was "
                        + file;
    }

    @Override
    public List<Path> files(Path file) {
        return List.of(piece(file, 0));
    }

    private static Path piece(Path file, long index) {
        return file.getFileSystem().getPath(String.format(Locale.ROOT, file.toString(), index));
    }

    @Override
    List<Path> others(Path file) {
        List<Path> others = new ArrayList<>();
        for (int i = 1; Files.exists(piece(file, i)); i++) {
            others.add(piece(file, i));
        }
        return others;
    }

    @Override
    Map<Long, Path> addresses(Path file) {
        Map<Long, Path> addresses = new LinkedHashMap<>();
        for (Path piece : pieces(file)) {
            addresses.put(addresses.size() * memberBytes, piece);
        }
        return addresses;
    }

    private List<Path> pieces(Path file) {
        List<Path> pieces = new ArrayList<>(files(file));
        pieces.addAll(others(file));
        return pieces;
    }

    @Override
    public FilePlace place(Path file, long position) {
        long offset = position % memberBytes;
        return new FilePlace(piece(file, position / memberBytes), offset, memberBytes - offset);
    }

    @Override
    public String mark() {
        return DriverInfo.FAMILY;
    }

    @Override
    public DriverInfo made(long end) {
        return new DriverInfo(
                DriverInfo.FAMILY, new FormatOutput().int64(memberBytes).toBuffer());
    }

    @Override
    void check(Path file, Superblock superblock, @Nullable DriverInfo info) throws IOException {
        Path first = piece(file, 0);
        if (info == null) { // a file of one member, which does not differ from any other file
            mustHave(first, name(file, first), superblock.endOfFile());
            return;
        }
        long madeWith = info.number(0);
        if (madeWith != memberBytes) {
            throw StorageException.file("it is in pieces of " + madeWith + " bytes, not of " + memberBytes, null);
        }
        long end = superblock.endOfFile();
        for (long i = 0; i * memberBytes < end; i++) {
            Path piece = piece(file, i);
            if (!Files.exists(piece)) {
                throw StorageException.file(name(file, piece) + " is missing", null);
            }
            mustHave(piece, name(file, piece), Math.min(memberBytes, end - i * memberBytes));
        }
    }
}
