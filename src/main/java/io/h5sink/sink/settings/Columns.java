package io.h5sink.sink.settings;

import io.h5sink.H5Field;
import io.h5sink.filter.CompressionRule;
import io.h5sink.schema.ChunkShape;
import io.h5sink.schema.ColumnDeclaration;
import io.h5sink.schema.ColumnRule;
import io.h5sink.schema.ColumnType;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The declarations of columns, by name, and the column that labels the first axis of the others. Declarations on the builder take precedence
 * over those on components of records. Immutable.
 */
public final class Columns implements ColumnRule.RuleSource {

    public static final Columns NONE = new Columns(Map.of(), null, CompressionRule.NONE);

    private final Map<String, UnaryOperator<ColumnDeclaration>> declared;
    private final @Nullable String axis;
    private final CompressionRule compression;

    private Columns(
            Map<String, UnaryOperator<ColumnDeclaration>> declared,
            @Nullable String axis,
            CompressionRule compression) {
        this.declared = declared;
        this.axis = axis;
        this.compression = compression;
    }

    Columns with(String name, UnaryOperator<ColumnDeclaration> declaration) {
        Objects.requireNonNull(
                declaration.apply(ColumnDeclaration.NONE), "a declaration must not be null"); // fails at once
        Map<String, UnaryOperator<ColumnDeclaration>> more = new HashMap<>(declared);
        more.merge(name, declaration, (first, second) -> spec -> second.apply(first.apply(spec)));
        return new Columns(Map.copyOf(more), axis, compression);
    }

    Columns withAxis(String name) {
        return new Columns(declared, name, compression);
    }

    Columns withCompression(CompressionRule all) {
        return new Columns(declared, axis, all);
    }

    /** The compression of a column's chunks. */
    CompressionRule compression(String name) {
        UnaryOperator<ColumnDeclaration> declaration = declared.get(name);
        CompressionRule own = declaration == null
                ? null
                : declaration.apply(ColumnDeclaration.NONE).compression();
        return own == null ? compression : own;
    }

    /** All compressions that were declared. */
    Set<CompressionRule> compressions() {
        Set<CompressionRule> all = new HashSet<>(Set.of(compression));
        declared.keySet().forEach(name -> all.add(compression(name)));
        return all;
    }

    /** True if a declared column is compressed, or the columns that are not declared are. */
    boolean compress() {
        return !compressions().equals(Set.of(CompressionRule.NONE));
    }

    /** The column that labels the first axis of the others; null if none was declared. */
    @Nullable
    public String axis() {
        return axis;
    }

    @Override
    public ColumnRule of(String name, @Nullable RecordComponent component) {
        H5Field field = component == null ? null : component.getAnnotation(H5Field.class);
        ColumnDeclaration declared = field == null ? ColumnDeclaration.NONE : ColumnDeclaration.of(field);
        UnaryOperator<ColumnDeclaration> more = this.declared.get(name);
        return (more == null ? declared : more.apply(declared)).rule();
    }

    /**
     * Throws if a chunk of a column would exceed HDF5's limit, as far as the sizes are declared.
     *
     * @param chunkRows the rows of columns that do not declare their own; 0 for chunks by bytes
     */
    void checkChunks(int chunkRows) {
        for (String name : declared.keySet()) {
            ColumnRule rule = of(name, null);
            int rows = rule.chunkRows() > 0 ? rule.chunkRows() : chunkRows;
            int number =
                    rule.stored() == null ? 1 : ColumnType.scalar(rule.stored()).elementBytes();
            int bytes = Math.max(rule.length(), number);
            if ((long) rows * bytes >= ChunkShape.TOO_MANY_BYTES) {
                throw new IllegalStateException(
                        "column " + name + ": expected a chunk of less than 4 GiB, got chunkRows(" + rows
                                + ") of at least " + bytes + " bytes each");
            }
        }
    }

    /** The names of the columns that were declared on the builder. */
    public Set<String> names() {
        return declared.keySet();
    }
}
