package io.h5sink;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Named quantities, each of which goes to a dataset of its own: what a logger's {@code log(name, value)} takes.
 *
 * <pre>{@code
 * H5Record.of("loss", 0.31).and("weights/layer1", new float[][] {{0.1f, 0.2f}})
 * }</pre>
 *
 * <p>A dataset is created when its name first appears. Datasets have independent lengths: a record adds a row to those that
 * it names. A {@code /} in a name makes groups. The first value of a name fixes the type and the shape of its dataset.
 *
 * <p>Immutable, except that arrays are not copied: an array must not change before the sink has received the record.
 */
public final class H5Record {

    private final @Nullable H5Record before;
    private final String name;
    private final Object value;
    private final int size;

    private H5Record(@Nullable H5Record before, String name, Object value) {
        this.before = before;
        this.name = Objects.requireNonNull(name, "name must not be null");
        this.value = Objects.requireNonNull(value, () -> "the value of \"" + name + "\" must not be null");
        this.size = before == null ? 1 : before.size + 1;
    }

    /**
     * A record of one quantity.
     *
     * @param name the path of its dataset, relative to the sink's group
     * @param value anything that can be stored ({@linkplain io.h5sink the table}); a record or a map is a group of names
     * @return the record
     * @throws NullPointerException if the name or the value is null
     */
    public static H5Record of(String name, Object value) {
        return new H5Record(null, name, value);
    }

    /**
     * This record and one more quantity.
     *
     * @param name the path of its dataset, relative to the sink's group, not among the names of this record
     * @param value as for {@link #of}
     * @return a new record
     * @throws NullPointerException if the name or the value is null
     */
    public H5Record and(String name, Object value) {
        return new H5Record(this, name, value);
    }

    /**
     * The number of quantities.
     *
     * @return at least 1
     */
    public int size() {
        return size;
    }

    /**
     * The quantities in the order in which they were added.
     *
     * @return a new map
     */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        forEach(map::put);
        return map;
    }

    /** Calls the action with each name and value, in the order in which they were added. */
    void forEach(BiConsumer<? super String, Object> action) {
        H5Record[] chain = new H5Record[size];
        H5Record record = this;
        for (int i = size - 1; i >= 0; i--) {
            chain[i] = Objects.requireNonNull(record);
            record = chain[i].before;
        }
        for (H5Record quantity : chain) {
            action.accept(quantity.name, quantity.value);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof H5Record record && toMap().equals(record.toMap());
    }

    @Override
    public int hashCode() {
        return toMap().hashCode();
    }

    @Override
    public String toString() {
        return "H5Record" + toMap();
    }
}
