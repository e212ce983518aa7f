package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.bobbin.schema.Fact.Kind;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.lang.reflect.Field;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hibernate's entities are of the tables that our migrations make. */
@Tag("postgres")
class EntityColumnsTest {

    private static final Catalog EXPECTED = Catalog.expected(MigratedSchema.LAST);

    private static final List<Class<?>> ENTITIES = new ClassFileImporter()
            .importPackages("dev.bobbin").stream()
                    .filter(type -> type.isAnnotatedWith(Entity.class))
                    .<Class<?>>map(JavaClass::reflect)
                    .toList();

    @Test
    void columnsOfEntitiesAreThoseOfTheirTables() {
        assertThat(ENTITIES).isNotEmpty();
        for (Class<?> entity : ENTITIES) {
            String table = table(entity);
            for (Field field : entity.getDeclaredFields()) {
                var mapping = field.getAnnotation(jakarta.persistence.Column.class);
                if (mapping == null) {
                    continue;
                }
                String name = mapping.name().isEmpty() ? field.getName() : mapping.name();
                boolean isKey = field.isAnnotationPresent(Id.class);
                assertThat(EXPECTED.columns(table)).as("%s", entity).contains(name);
                assertThat(EXPECTED.definition(table, Kind.NULLABILITY, name))
                        .as("%s.%s is nullable", entity, name)
                        .isEqualTo(mapping.nullable() && !isKey ? "null" : "not null");
                assertThat(String.valueOf(EXPECTED.definition(table, Kind.TYPE, name))
                                .replace(" collate \"C\"", ""))
                        .as("%s.%s", entity, name)
                        .isEqualTo(
                                field.getType() == OffsetDateTime.class
                                        ? "timestamp with time zone"
                                        : mapping.columnDefinition());
                assertThat(key(table).contains(name))
                        .as("%s.%s is of the key", entity, name)
                        .isEqualTo(isKey);
            }
        }
    }

    @Test
    void entitiesFillWhatDoesNotFillItself() {
        for (Class<?> entity : ENTITIES) {
            List<String> mapped = Arrays.stream(entity.getDeclaredFields())
                    .filter(field -> field.isAnnotationPresent(jakarta.persistence.Column.class))
                    .map(field -> {
                        String name = field.getAnnotation(jakarta.persistence.Column.class)
                                .name();
                        return name.isEmpty() ? field.getName() : name;
                    })
                    .toList();
            String table = table(entity);
            assertThat(EXPECTED.columns(table))
                    .filteredOn(column -> !EXPECTED.fillsItself(table, column))
                    .isSubsetOf(mapped);
        }
    }

    private static String table(Class<?> entity) {
        String name = entity.getAnnotation(jakarta.persistence.Table.class).name();
        assertThat(EXPECTED.kindOf(name)).as("table of %s", entity).isEqualTo("table");
        return name;
    }

    private static List<String> key(String table) {
        return EXPECTED.of(table)
                .filter(fact -> fact.kind() == Kind.PRIMARY_KEY)
                .flatMap(key -> Arrays.stream(
                        key.definition().replaceAll("PRIMARY KEY \\(|\\)", "").split(", ")))
                .toList();
    }
}
