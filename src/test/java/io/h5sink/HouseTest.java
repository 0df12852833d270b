package io.h5sink;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.h5sink.schema.Axes;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.Half;
import io.h5sink.schema.StoredText;
import java.util.List;

/** The plan of the house, as the design draws it. */
@AnalyzeClasses(packages = "io.h5sink", importOptions = DoNotIncludeTests.class)
class HouseTest {

    private static final String ROOT = "io.h5sink";
    private static final String SCHEMA = "io.h5sink.schema..";
    private static final String BLOCK = "io.h5sink.block..";
    private static final String CODEC = "io.h5sink.codec..";
    private static final String HDF5 = "io.h5sink.hdf5..";
    private static final String SLICE = "io.h5sink.slice..";
    private static final String VALUE = "io.h5sink.value..";

    /** The words that all rooms share, and what numbers and texts are that Java has no type for. */
    private static final DescribedPredicate<JavaClass> COLUMN_TYPE =
            belongToAnyOf(ColumnType.class, Axes.class, Half.class, StoredText.class);

    /** The words of the face, which all rooms know: public types that are made of the JDK and of each other. */
    private static final List<Class<?>> FACE_WORDS = List.of(
            CallTimes.class,
            Commit.class,
            Durability.class,
            Evolution.class,
            H5Exception.class,
            H5Exception.Details.class,
            H5Field.class,
            H5FileException.class,
            H5ReadException.class,
            H5Record.class,
            H5SchemaException.class,
            H5WriteException.class,
            Layout.class,
            OpenMode.class,
            Ragged.class,
            RecoveryReport.class,
            Sharing.class,
            StoredType.class,
            WhenFull.class,
            WriteSummary.class);

    private static final DescribedPredicate<JavaClass> WORDS = DescribedPredicate.describe(
            "words of the face", type -> FACE_WORDS.stream().anyMatch(type.getBaseComponentType()::isEquivalentTo));

    @ArchTest
    static final ArchRule wordsAreMadeOfWords = noClasses()
            .that(WORDS)
            .should()
            .dependOnClassesThat(resideInAnyPackage(ROOT + "..").and(DescribedPredicate.not(WORDS)));

    @ArchTest
    static final ArchRule innerClassesKnowOnlyTheWordsOfTheFace = noClasses()
            .that(DescribedPredicate.describe("are no part of the face", type -> !isFace(type)))
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "are part of the face and no words",
                    type -> isFace(type.getBaseComponentType()) && !WORDS.test(type)));

    @ArchTest
    static final ArchRule roomsKnowNoReactor = noClasses()
            .that()
            .resideInAnyPackage(SCHEMA, BLOCK, CODEC, HDF5, SLICE, VALUE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("reactor..", "org.reactivestreams..")
            .because("Reactor lives in the root");

    @ArchTest
    static final ArchRule schemaKnowsNoOtherRoom = room(SCHEMA, ROOT, BLOCK, CODEC, HDF5, SLICE, VALUE);

    @ArchTest
    static final ArchRule blockKnowsNoOtherRoom = room(BLOCK, ROOT, SCHEMA, CODEC, HDF5, SLICE, VALUE);

    @ArchTest
    static final ArchRule codecKnowsNoOtherRoom = room(CODEC, ROOT, SCHEMA, BLOCK, HDF5, SLICE, VALUE);

    @ArchTest
    static final ArchRule hdf5KnowsNoOtherRoomButCodec = room(HDF5, ROOT, SCHEMA, BLOCK, SLICE, VALUE);

    @ArchTest
    static final ArchRule sliceKnowsNoOtherRoom = room(SLICE, ROOT, SCHEMA, BLOCK, CODEC, HDF5, VALUE);

    @ArchTest
    static final ArchRule valueKnowsNoOtherRoom = room(VALUE, ROOT, SCHEMA, BLOCK, CODEC, HDF5, SLICE);

    @ArchTest
    static final ArchRule onlyHdf5NamesTheBindings = noClasses()
            .that()
            .resideOutsideOfPackage(HDF5)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("hdf..", "org.bytedeco..", "ch.systemsx..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.h5sink.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule filesHaveNoCycles =
            slices().assignedFrom(new Files()).should().beFreeOfCycles();

    private static boolean isFace(JavaClass type) {
        JavaClass top = top(type);
        return top.getPackageName().equals(ROOT) && top.getModifiers().contains(JavaModifier.PUBLIC);
    }

    private static JavaClass top(JavaClass type) {
        JavaClass top = type;
        while (top.getEnclosingClass().isPresent()) {
            top = top.getEnclosingClass().get();
        }
        return top;
    }

    private static ArchRule room(String room, String... others) {
        return noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat(resideInAnyPackage(others)
                        .and(DescribedPredicate.not(COLUMN_TYPE))
                        .and(DescribedPredicate.not(WORDS)))
                .allowEmptyShould(true);
    }

    /**
     * A slice for each source file: a top-level class with all that is in it. The two classes of the face are one, because
     * each makes the other: {@code H5Sink.to(file, builder -> …)} and {@code H5Writer.sink()}.
     */
    private static final class Files implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            JavaClass top = top(javaClass);
            return SliceIdentifier.of(top.isEquivalentTo(H5Writer.class) ? H5Sink.class.getName() : top.getName());
        }

        @Override
        public String getDescription() {
            return "source files";
        }
    }
}
