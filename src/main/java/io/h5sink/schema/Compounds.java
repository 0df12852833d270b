package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Member;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Readers of compounds: as records, whose components take the members of their names, or as maps. */
final class Compounds {

    /** Makes the readers of members. */
    interface CompoundParts {
        ValueReader reader(
                ColumnType element,
                List<Integer> extents,
                Type target,
                ElementHints hints,
                ElementHints.HintSource members);
    }

    private Compounds() {}

    static ValueReader reader(
            ColumnType compound, Class<?> target, ElementHints.HintSource hints, CompoundParts parts) {
        if (target.isRecord()) {
            return record(compound, target, hints, parts);
        }
        if (target != Object.class && target != Map.class) {
            throw new ValueMismatch(target.getTypeName(), compound.kindName());
        }
        List<ValueReader> members = new ArrayList<>();
        for (int i = 0; i < compound.members().size(); i++) {
            members.add(member(compound, i, Object.class, hints.of(i, null), parts));
        }
        return in -> {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            for (int i = 0; i < members.size(); i++) {
                map.put(compound.members().get(i).name(), members.get(i).next(in));
            }
            return map;
        };
    }

    private static ValueReader member(
            ColumnType compound, int index, Type target, ElementHints hints, CompoundParts parts) {
        Member member = compound.members().get(index);
        ByteBuffer fill = hints.fill();
        return parts.reader(
                member.type(),
                List.of(),
                target,
                fill == null || !member.type().shape().isEmpty() ? hints.withFill(null) : hints,
                (part, component) -> ElementHints.NONE);
    }

    private static ValueReader record(
            ColumnType compound, Class<?> target, ElementHints.HintSource hints, CompoundParts parts) {
        Construction construction = Construction.of(target);
        List<RecordComponent> components = construction.components();
        List<String> names = compound.members().stream().map(Member::name).toList();
        int[] places = new int[names.size()];
        Arrays.fill(places, -1);
        List<ValueReader> readers = new ArrayList<>();
        for (int c = 0; c < components.size(); c++) {
            String name = components.get(c).getName();
            if (!names.contains(name)) {
                throw new ValueMismatch("a member \"" + name + "\"", compound.kindName());
            }
            places[names.indexOf(name)] = c;
        }
        for (int m = 0; m < places.length; m++) {
            RecordComponent component = places[m] < 0 ? null : components.get(places[m]);
            try {
                readers.add(member(
                        compound,
                        m,
                        component == null ? Object.class : component.getGenericType(),
                        hints.of(m, component),
                        parts));
            } catch (ValueMismatch e) {
                throw new ValueMismatch(e.expected() + " in the member \"" + names.get(m) + '"', e.actual());
            }
        }
        return in -> {
            @Nullable Object[] values = new @Nullable Object[components.size()];
            for (int m = 0; m < places.length; m++) {
                Object value = readers.get(m).next(in);
                if (places[m] >= 0) {
                    values[places[m]] = value;
                }
            }
            return Objects.requireNonNull(construction.make(values));
        };
    }
}
