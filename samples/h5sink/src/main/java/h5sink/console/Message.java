package h5sink.console;

import io.h5sink.H5Exception;
import io.h5sink.H5WriteException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Messages of the command line to people, a line each. */
public final class Message {

    private Message() {}

    public static void print(PrintWriter err, String message) {
        err.println("h5sink: " + oneLine(message));
        err.flush();
    }

    public static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** What went wrong, for people. */
    public static String reason(Throwable error) {
        String message = String.valueOf(error.getMessage());
        if (error instanceof H5WriteException || error instanceof UserException) {
            return message;
        }
        if (error instanceof H5Exception) {
            return message.replaceFirst("; 0 records are safe in the file$", "")
                    .replace("OpenMode.TRUNCATE", "--overwrite");
        }
        if (error instanceof IllegalArgumentException || error instanceof IllegalStateException) {
            return message;
        }
        if (error instanceof UncheckedIOException && error.getCause() instanceof IOException cause) {
            return reason(cause);
        }
        if (error instanceof NoSuchFileException) {
            return "there is no file " + message;
        }
        if (error instanceof FileSystemException file) {
            return file.getFile() + ": "
                    + (file.getReason() == null ? error.getClass().getSimpleName() : file.getReason());
        }
        return error instanceof IOException ? message : error.toString();
    }
}
