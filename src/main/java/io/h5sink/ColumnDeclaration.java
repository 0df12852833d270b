package io.h5sink;

import io.h5sink.codec.CompressionRule;
import io.h5sink.schema.ColumnRule;
import io.h5sink.schema.ColumnType.Kind;
import org.jspecify.annotations.Nullable;

/**
 * What was declared about a column. Each method gives the same with something changed.
 *
 * @param rule what holds for its values and its dataset
 * @param compression how its chunks are compressed; null if that was not declared
 */
record ColumnDeclaration(ColumnRule rule, @Nullable CompressionRule compression) {

    static final ColumnDeclaration NONE = new ColumnDeclaration(ColumnRule.NONE, null);

    /** What was declared on a record component. */
    static ColumnDeclaration of(H5Field field) {
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
    ColumnDeclaration as(StoredType type) {
        return with(rule.withUnsigned(false).withStored(Kind.valueOf(type.name())));
    }

    /** Integers are stored as their own bits, taken for unsigned. */
    ColumnDeclaration unsigned() {
        return with(rule.withStored(null).withUnsigned(true));
    }

    ColumnDeclaration with(ColumnRule changed) {
        return new ColumnDeclaration(changed, compression);
    }

    ColumnDeclaration with(CompressionRule changed) {
        return new ColumnDeclaration(rule, changed);
    }
}
