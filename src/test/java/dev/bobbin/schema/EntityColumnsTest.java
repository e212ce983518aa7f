package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.bobbin.schema.Fact.Kind;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hibernate's entities are of the tables that our migrations make. They map the keys only: documents are written by SQL. */
class EntityColumnsTest {

    private static final Catalog EXPECTED = Catalog.expected(Migrations.newest(Migrations.ours()));

    @Test
    void entitiesMapTheKeysOfTheirTables() {
        // libraries need not be read for it
        List<Class<?>> entities = ArchConfiguration.withThreadLocalScope((ArchConfiguration configuration) -> {
            configuration.setResolveMissingDependenciesFromClassPath(false);
            return new ClassFileImporter()
                    .importPath(Path.of("target", "classes")).stream()
                            .filter(type -> type.isAnnotatedWith(Entity.class))
                            .<Class<?>>map(JavaClass::reflect)
                            .toList();
        });
        assertThat(entities).isNotEmpty();
        for (Class<?> entity : entities) {
            String table = entity.getAnnotation(Table.class).name();
            List<Field> fields = Arrays.stream(entity.getDeclaredFields())
                    .filter(field -> !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic())
                    .toList();
            assertThat(fields).as("%s", entity).allMatch(field -> field.isAnnotationPresent(Id.class));
            assertThat(fields.stream().map(EntityColumnsTest::column).toList())
                    .as("%s", entity)
                    .isEqualTo(key(table));
            for (Field field : fields) {
                assertThat(EXPECTED.definition(table, Kind.TYPE, column(field)))
                        .as("%s.%s", entity, field.getName())
                        .startsWith("text");
                assertThat(field.getType()).isEqualTo(String.class);
            }
        }
    }

    private static String column(Field field) {
        Column mapping = field.getAnnotation(Column.class);
        return mapping == null || mapping.name().isEmpty() ? field.getName() : mapping.name();
    }

    private static List<String> key(String table) {
        return EXPECTED.of(table)
                .filter(fact -> fact.kind() == Kind.PRIMARY_KEY)
                .flatMap(key -> Arrays.stream(
                        key.definition().replaceAll("PRIMARY KEY \\(|\\)", "").split(", ")))
                .toList();
    }
}
