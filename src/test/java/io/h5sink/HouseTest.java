package io.h5sink;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The plan of the house, as the design draws it. */
@AnalyzeClasses(packages = "io.h5sink", importOptions = DoNotIncludeTests.class)
class HouseTest {

    private static final String ROOT = "io.h5sink";

    /** The words of the face, which all packages know: public types that are made of the JDK and of each other. */
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

    /** The packages, from the top down; those on one floor do not know each other. */
    private static final List<List<String>> FLOORS = List.of(
            List.of("sink"),
            List.of("sink.column"),
            List.of("sink.settings"),
            List.of("source"),
            List.of("access"),
            List.of("jhdf5.repack"),
            List.of("jhdf5.write"),
            List.of("jhdf5.commit"),
            List.of("jhdf5.read"),
            List.of("jhdf5.type"),
            List.of("jhdf5.file"),
            List.of("jhdf5"),
            List.of("hdf5.write"),
            List.of("hdf5.file"),
            List.of("hdf5"),
            List.of("hdf5.type"),
            List.of("engine"),
            List.of("json"),
            List.of("schema"),
            List.of("buffer"),
            List.of("format.index"),
            List.of("format.heap"),
            List.of("format.btree"),
            List.of("format.message"),
            List.of("transaction"),
            List.of("storage.driver"),
            List.of("format"),
            List.of("storage"),
            List.of("filter"),
            List.of("filter.codec"));

    @ArchTest
    static final ArchRule arrowsRunDown = arrowsRunDown();

    private static ArchRule arrowsRunDown() {
        Architectures.LayeredArchitecture house = layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("face")
                .definedBy(DescribedPredicate.describe("the face", type -> isFace(type) && !WORDS.test(type)));
        List<String> above = new ArrayList<>(List.of("face"));
        house = house.whereLayer("face").mayNotBeAccessedByAnyLayer();
        for (List<String> floor : FLOORS) {
            for (String name : floor) {
                house = house.layer(name)
                        .definedBy(ROOT + "." + name)
                        .whereLayer(name)
                        .mayOnlyBeAccessedByLayers(above.toArray(String[]::new));
            }
            above.addAll(floor);
        }
        return house.because("a package knows packages below it only; all packages know the words of the face");
    }

    @ArchTest
    static final ArchRule allIsInALayer = classes()
            .should()
            .resideInAnyPackage(Stream.concat(
                            Stream.of(ROOT),
                            FLOORS.stream().flatMap(List::stream).map(name -> ROOT + "." + name))
                    .toArray(String[]::new));

    @ArchTest
    static final ArchRule wordsAreMadeOfWords = noClasses()
            .that(WORDS)
            .should()
            .dependOnClassesThat(resideInAnyPackage(ROOT + "..").and(DescribedPredicate.not(WORDS)));

    @ArchTest
    static final ArchRule lowerLayersKnowNoReactor = noClasses()
            .that()
            .resideOutsideOfPackages(
                    ROOT,
                    ROOT + ".sink",
                    ROOT + ".sink.column",
                    ROOT + ".sink.settings",
                    ROOT + ".source",
                    ROOT + ".access")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("reactor..", "org.reactivestreams..")
            .because("streams end above the schema");

    @ArchTest
    static final ArchRule onlyOneLayerNamesTheBindings = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".jhdf5..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("hdf..", "org.bytedeco..", "ch.systemsx..");

    @ArchTest
    static final ArchRule filesHaveNoCycles =
            slices().assignedFrom(new Files()).should().beFreeOfCycles();

    /** Simple names that more than one class may have. */
    private static final Set<String> COMMON = Set.of("Builder", "Kind", "package-info");

    @ArchTest
    static void aNameStandsForOneThing(JavaClasses all) {
        Map<String, List<String>> bySimpleName = all.stream()
                .filter(type -> !type.getSimpleName().isEmpty() && !COMMON.contains(type.getSimpleName()))
                .collect(groupingBy(JavaClass::getSimpleName, TreeMap::new, mapping(JavaClass::getName, toList())));

        bySimpleName.values().removeIf(names -> names.size() == 1);
        assertThat(bySimpleName).isEmpty();
    }

    /** The packages of one subject that may have more files than others, and how many. */
    private static final Map<String, Integer> LARGE = Map.of(ROOT, 40, ROOT + ".schema", 40);

    @ArchTest
    static void packagesAreSmall(JavaClasses all) {
        Map<String, Long> files = all.stream()
                .map(HouseTest::top)
                .distinct()
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(groupingBy(JavaClass::getPackageName, TreeMap::new, counting()));

        assertThat(files)
                .allSatisfy(
                        (name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(LARGE.getOrDefault(name, 24)));
    }

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
