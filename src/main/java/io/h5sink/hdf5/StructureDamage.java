package io.h5sink.hdf5;

import java.io.IOException;
import java.nio.BufferUnderflowException;

/** What is wrong with a file's structure. */
final class StructureDamage extends RuntimeException {

    private static final long serialVersionUID = 1;

    StructureDamage(String what) {
        super(what, null, false, false);
    }

    /** What is wrong. */
    String what() {
        return String.valueOf(getMessage());
    }

    /** Looks at a file's structure. */
    interface Look<R> {
        R look() throws IOException;
    }

    /**
     * Looks at the structure of what has a path.
     *
     * @throws StoreException if it is damaged, or cannot be read
     */
    static <R> R told(String path, Look<R> look) {
        try {
            return look.look();
        } catch (StructureDamage e) {
            throw StoreException.write(path, "it is damaged: " + e.what(), e);
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | ArithmeticException e) {
            throw StoreException.write(path, "it is damaged: something is cut off", e);
        } catch (OutOfMemoryError e) {
            throw StoreException.write(path, "it is damaged, or there is not enough memory for a part of it", e);
        } catch (IOException e) {
            throw StoreException.write(path, "it cannot be read: " + e.getMessage(), e);
        }
    }
}
