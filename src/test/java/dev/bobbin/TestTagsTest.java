package dev.bobbin;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code make quick} leaves out the tests that need a Postgres, by their tag. */
class TestTagsTest {

    @Test
    void testsThatNeedAPostgresAndNoOthersHaveItsTag() {
        JavaClasses classes = ArchConfiguration.withThreadLocalScope((ArchConfiguration configuration) -> {
            // libraries need not be read for it
            configuration.setResolveMissingDependenciesFromClassPath(false);
            return new ClassFileImporter().importPath(Path.of("target", "test-classes"));
        });
        Set<JavaClass> users = usersOf(classes.get("dev.bobbin.support.PostgresServer"));
        Predicate<JavaClass> needsPostgres = type -> type.isAnnotatedWith(QuarkusTest.class) || users.contains(type);
        assertThat(tests(classes, TestTagsTest::isTagged))
                .hasSizeGreaterThan(30)
                .isEqualTo(tests(classes, needsPostgres));
    }

    private static Set<String> tests(JavaClasses classes, Predicate<JavaClass> which) {
        return classes.stream()
                .filter(type -> type.getSimpleName().endsWith("Test"))
                .filter(which)
                .map(JavaClass::getName)
                .collect(Collectors.toSet());
    }

    private static boolean isTagged(JavaClass type) {
        return type.isAnnotatedWith(Tag.class)
                && type.getAnnotationOfType(Tag.class).value().equals("postgres");
    }

    /** Those that depend on it, directly or through others. */
    private static Set<JavaClass> usersOf(JavaClass type) {
        Set<JavaClass> users = new HashSet<>();
        Deque<JavaClass> open = new ArrayDeque<>(Set.of(type));
        while (!open.isEmpty()) {
            open.pop().getDirectDependenciesToSelf().stream()
                    .map(Dependency::getOriginClass)
                    .filter(users::add)
                    .forEach(open::push);
        }
        return users;
    }
}
