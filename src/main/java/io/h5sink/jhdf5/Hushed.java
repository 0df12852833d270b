package io.h5sink.jhdf5;

import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a library's logger at the level of warnings while the library is loaded, since loading would write lines to the user's log. SLF4J
 * has no call for levels, so that slf4j-simple, Logback and {@code java.util.logging} are set, each in its own way; levels that a user has
 * set stay.
 */
final class Hushed implements AutoCloseable {

    private static final String SIMPLE = "org.slf4j.simpleLogger.log.";
    private static final String JDK = "JDK14LoggerAdapter";
    private static final String LOGBACK = "ch.qos.logback.classic.";

    private final @Nullable String property;
    private final @Nullable Logger logback;
    private final java.util.logging.@Nullable Logger jdk;

    /**
     * Sets the level to warnings, unless the user has set a level.
     *
     * @param name the name of the logger, which must not have been created before
     */
    Hushed(String name) {
        String key = SIMPLE + name;
        property = System.getProperty(key) == null ? key : null;
        if (property != null) {
            System.setProperty(property, "warn"); // slf4j-simple reads the property as it makes a logger
        }
        Logger logger = LoggerFactory.getLogger(name);
        logback = logger.getClass().getName().equals(LOGBACK + "Logger") && setLogback(logger, null, "WARN")
                ? logger
                : null;
        jdk = logger.getClass().getSimpleName().equals(JDK) ? jdk(name) : null;
    }

    private static java.util.logging.@Nullable Logger jdk(String name) {
        java.util.logging.Logger own = java.util.logging.Logger.getLogger(name);
        if (own.getLevel() != null) {
            return null;
        }
        own.setLevel(Level.WARNING);
        return own;
    }

    /** Sets the level of a logger if it has another; false if that cannot be done. */
    private static boolean setLogback(Logger logger, @Nullable String from, @Nullable String to) {
        try {
            Class<?> type = logger.getClass();
            Class<?> level = Class.forName(LOGBACK + "Level", true, type.getClassLoader());
            Object now = type.getMethod("getLevel").invoke(logger);
            if (!String.valueOf(now).equals(String.valueOf(from))) {
                return false;
            }
            type.getMethod("setLevel", level)
                    .invoke(logger, to == null ? null : level.getField(to).get(null));
            return true;
        } catch (ReflectiveOperationException e) {
            return false; // then the lines are logged
        }
    }

    @Override
    public void close() {
        if (property != null) {
            System.clearProperty(property);
        }
        if (logback != null) {
            setLogback(logback, "WARN", null);
        }
        if (jdk != null) {
            jdk.setLevel(null);
        }
    }
}
