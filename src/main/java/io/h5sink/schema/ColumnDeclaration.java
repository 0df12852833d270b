package io.h5sink.schema;

import io.h5sink.H5Field;
import io.h5sink.StoredType;
import io.h5sink.filter.CompressionRule;
import io.h5sink.schema.ColumnType.Kind;
import org.jspecify.annotations.Nullable;

/**
 * What was declared about a column. Each method gives the same with something changed.
 *
 * @param rule what holds for its values and its dataset
 * @param compression how its chunks are compressed; null if that was not declared
 */
public record ColumnDeclaration(ColumnRule rule, @Nullable CompressionRule compression) {

    public static final ColumnDeclaration NONE = new ColumnDeclaration(ColumnRule.NONE, null);

    /** What was declared on a record component. */
    public static ColumnDeclaration of(H5Field field) {
        ColumnDeclaration declared = NONE;
        if (field.as().length > 0) {
            declared = declared.as(field.as()[0]);
        }
        if (field.unsigned()) {
            declared = declared.unsigned();
        }
        ColumnRule rule = declared.rule;
        if (field.saturate()) {
            rule = rule.withSaturate(true);
        }
        if (field.fill().length > 0) {
            rule = rule.withFill(field.fill()[0]);
        }
        if (field.length() > 0) {
            rule = rule.withLength(field.length());
        }
        if (field.cut()) {
            rule = rule.withCut(true);
        }
        if (field.ragged().length > 0) {
            rule = rule.withRagged(field.ragged()[0]);
        }
        if (!field.unit().isEmpty()) {
            rule = rule.withUnit(field.unit());
        }
        return declared.with(field.description().isEmpty() ? rule : rule.withDescription(field.description()));
    }

    /** Numbers are stored as a type, whose integers are what Java takes them for. */
    public ColumnDeclaration as(StoredType type) {
        return with(rule.withUnsigned(false).withStored(Kind.valueOf(type.name())));
    }

    /** Integers are stored as their own bits, taken for unsigned. */
    public ColumnDeclaration unsigned() {
        return with(rule.withStored(null).withUnsigned(true));
    }

    public ColumnDeclaration with(ColumnRule changed) {
        return new ColumnDeclaration(changed, compression);
    }

    public ColumnDeclaration with(CompressionRule changed) {
        return new ColumnDeclaration(rule, changed);
    }
}
