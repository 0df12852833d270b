package io.h5sink.format;

import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.BufferUnderflowException;

/** The structure of a file is damaged. */
public final class FormatException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public FormatException(String what) {
        super(what, null, false, false);
    }

    /** The damage, in words. */
    public String what() {
        return String.valueOf(getMessage());
    }

    /** Reads a file's structure. */
    public interface DamageProbe<R> {
        R look() throws IOException;
    }

    /**
     * Reads the structure of an object, and reports damage with the object's path.
     *
     * @throws StorageException if the structure is damaged, or cannot be read
     */
    public static <R> R naming(String path, DamageProbe<R> look) {
        try {
            return look.look();
        } catch (FormatException e) {
            throw StorageException.write(path, "it is damaged: " + e.what(), e);
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | ArithmeticException e) {
            throw StorageException.write(path, "it is damaged: something is cut off", e);
        } catch (OutOfMemoryError e) {
            throw StorageException.write(path, "it is damaged, or there is not enough memory for a part of it", e);
        } catch (IOException e) {
            throw StorageException.write(path, "it cannot be read: " + e.getMessage(), e);
        }
    }
}
