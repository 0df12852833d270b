package io.h5sink;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares on a record's component what {@link H5Writer.Builder#column} declares on the builder, which overrides it.
 *
 * <pre>{@code
 * record Reading(Instant time, @H5Field(unit = "degC", description = "at 2 m") double temperature) {}
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface H5Field {

    /**
     * As {@link ColumnSpec#unit}.
     *
     * @return none if empty
     */
    String unit() default "";

    /**
     * As {@link ColumnSpec#description}.
     *
     * @return none if empty
     */
    String description() default "";

    /**
     * As {@link ColumnSpec#as}.
     *
     * @return at most one
     */
    StoredType[] as() default {};

    /**
     * As {@link ColumnSpec#unsigned}.
     *
     * @return whether integers are unsigned
     */
    boolean unsigned() default false;

    /**
     * As {@link ColumnSpec#saturate}.
     *
     * @return whether numbers saturate
     */
    boolean saturate() default false;

    /**
     * As {@link ColumnSpec#fill}, as text: a number, {@code true} or {@code false}, the name of an enum constant, a character, a
     * string or a UUID; for times the stored number.
     *
     * @return at most one
     */
    String[] fill() default {};

    /**
     * As {@link ColumnSpec#length}.
     *
     * @return bytes; variable if 0
     */
    int length() default 0;

    /**
     * As {@link ColumnSpec#cut}.
     *
     * @return whether longer strings are cut
     */
    boolean cut() default false;

    /**
     * As {@link ColumnSpec#ragged(Ragged)}.
     *
     * @return at most one
     */
    Ragged[] ragged() default {};
}
