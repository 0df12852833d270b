package io.h5sink.schema;

import io.h5sink.H5Field;
import io.h5sink.StoredType;
import io.h5sink.filter.CompressionRule;
import io.h5sink.schema.ColumnType.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of a column. Each method returns a changed copy.
 *
 * @param rule the rule for the column's values and its dataset
 * @param compression the compression of the column's chunks; null if none was declared
 */
public record ColumnDeclaration(ColumnRule rule, @Nullable CompressionRule compression) {

    public static final ColumnDeclaration NONE = new ColumnDeclaration(ColumnRule.NONE, null);

    /** The declaration on a record component. */
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

    /** Declares the stored type of numbers, whose integers have the values that they have in Java. */
    public ColumnDeclaration as(StoredType type) {
        return with(rule.withUnsigned(false).withStored(Kind.valueOf(type.name())));
    }

    /** Declares that the bits of integers are stored as those of unsigned integers. */
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
