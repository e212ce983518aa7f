package dev.bobbin;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

@AnalyzeClasses(packages = "dev.bobbin", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule onlyStoresKnowSql = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Store")
            .and()
            // nested in one
            .haveNameNotMatching(".*Store\\$.*")
            .and()
            .haveSimpleNameNotEndingWith("Entity")
            .and()
            .haveSimpleNameNotEndingWith("AddResult")
            .and()
            .haveSimpleNameNotEndingWith("WrittenItems")
            .and()
            .resideOutsideOfPackages("dev.bobbin.database..", "dev.bobbin.schema..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.pgclient..", "java.sql.."))
            .because("a reader who looks for a statement should have one place to look; resources speak documents");

    @ArchTest
    static final ArchRule onlyProblemBuildsErrorAnswers = noClasses()
            .that()
            .resideOutsideOfPackages("dev.bobbin.problem..")
            .and()
            .haveSimpleNameNotEndingWith("Writer")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.ws.rs.ext..")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("jakarta.ws.rs.WebApplicationException")
            .because("an error has one form, and the log one voice");

    @ArchTest
    static final ArchRule packagesHaveNoCycles = slices().matching("dev.bobbin.(*)..")
            .should()
            .beFreeOfCycles()
            .because("a feature that can be read by itself can be changed by itself");

    @ArchTest
    static final ArchRule subpackagesHaveNoCycles = slices().matching("dev.bobbin.(**)")
            .should()
            .beFreeOfCycles()
            .because("the coarser slices above hide what goes on inside a feature");

    @ArchTest
    static final ArchRule classesOfSchemaAndDatabaseHaveNoCycles = slices().assignedFrom(new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                    return Stream.of("dev.bobbin.schema", "dev.bobbin.database").anyMatch(type.getPackageName()::equals)
                            ? SliceIdentifier.of(type.getFullName().replaceFirst("\\$.*", ""))
                            : SliceIdentifier.ignore();
                }

                @Override
                public String getDescription() {
                    return "each class of schema and of database";
                }
            })
            .should()
            .beFreeOfCycles()
            .because("a class of a large package can be read before the ones that use it");

    @ArchTest
    static final ArchRule databaseDoesNotKnowTheSchema = noClasses()
            .that()
            .resideInAPackage("dev.bobbin.database..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.bobbin.schema..")
            .because("connections serve whatever is stored");

    @ArchTest
    static void simpleNamesAreUnique(JavaClasses classes) {
        Map<String, Long> counts = classes.stream()
                .filter(JavaClass::isTopLevelClass)
                .map(JavaClass::getSimpleName)
                .filter(name -> !name.equals("package-info"))
                .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
        assertThat(counts)
                .allSatisfy((name, count) -> assertThat(count).as(name).isEqualTo(1));
    }

    @ArchTest
    static final ArchRule theApplicationDoesNotNeedDevMode = noClasses()
            .that()
            .resideOutsideOfPackages("dev.bobbin.dev..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.bobbin.dev..", "io.zonky..")
            .because("the packaged application carries no embedded database");

    @ArchTest
    static final ArchRule storesAreConcrete = classes()
            .that()
            .haveSimpleNameEndingWith("Store")
            .should()
            .notBeInterfaces()
            .because("there is one backend; an interface waits for the second");
}
