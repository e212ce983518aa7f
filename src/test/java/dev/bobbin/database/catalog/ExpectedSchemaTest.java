package dev.bobbin.database.catalog;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The snapshots say what the migrations make. With {@code -Dschema.renew=true} they are written anew. */
class ExpectedSchemaTest {

    private static final Path SNAPSHOTS = Path.of("src/main/resources/db/schema");

    static List<Integer> versions() {
        return MigratedSchema.VERSIONS;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void snapshotHoldsWhatTheMigrationsMake(int version) throws Exception {
        Catalog made;
        try (MigratedSchema migrated = MigratedSchema.at(version, "public")) {
            made = migrated.withoutHistory();
        }
        if (Boolean.getBoolean("schema.renew")) {
            write(made, version);
        } else {
            assertThat(ExpectedSchema.at(version))
                    .as("V%d.json; renew it with -Dtest=ExpectedSchemaTest -Dschema.renew=true", version)
                    .isEqualTo(made);
        }
    }

    @Test
    @DisabledIfSystemProperty(named = "schema.renew", matches = "true")
    void everyTableOfTheLastVersionIsKnown() {
        assertThat(ExpectedSchema.at(MigratedSchema.LAST).tables())
                .extracting(Table::name)
                .containsExactlyInAnyOrderElementsOf(ExpectedSchema.TABLES);
    }

    @Test
    void unknownVersionIsRefused() {
        assertThatThrownBy(() -> ExpectedSchema.at(MigratedSchema.LAST + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** One line for each column, index and constraint, so that a change of the schema is read in the diff. */
    private static void write(Catalog catalog, int version) throws IOException {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withArrayEmptySeparator(""));
        printer.indentObjectsWith(downTo(3));
        printer.indentArraysWith(downTo(4));
        Files.createDirectories(SNAPSHOTS);
        String json = JsonMapper.builder()
                .defaultPropertyInclusion(JsonInclude.Value.construct(NON_NULL, NON_NULL))
                .build()
                .writer(printer)
                .writeValueAsString(catalog);
        Files.writeString(SNAPSHOTS.resolve("V" + version + ".json"), json + "\n");
    }

    private static DefaultIndenter downTo(int deepest) {
        return new DefaultIndenter("  ", "\n") {
            @Override
            public void writeIndentation(JsonGenerator to, int level) throws IOException {
                if (level > deepest) {
                    to.writeRaw(' ');
                } else {
                    super.writeIndentation(to, level);
                }
            }
        };
    }
}
