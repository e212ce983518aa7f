package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What our migrations keep to beside what squawk asks of them; docs/development.md tells all of it. */
class MigrationRulesTest {

    private static final Pattern UNNAMED = Pattern.compile("(?i)\\b(create|alter) table\\b[^;]*?"
            + "(?<!constraint \\w{1,63} )\\b(primary key|unique|check|foreign key|(?<!\\) )references)\\b");

    static List<Migration> ours() {
        return Migrations.ours();
    }

    @ParameterizedTest
    @MethodSource("ours")
    void eachOfOursKeepsToThem(Migration migration) {
        assertThat(broken(migration)).isEmpty();
    }

    @Test
    void oursAreConsecutive() {
        assertThat(ours()).extracting(Migration::version).containsExactly(1, 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "V1__Upper.sql|create table t (a int)|words of a name are in lower case",
                "V1__x.sql|drop table t|needs a line -- destructive: reason",
                "V1__compatible_x.sql|'-- destructive: x\ndrop table t'|a compatible migration only adds",
                "V1__compatible_x.sql|'-- destructive: x\ncreate table t (a int)'|a compatible migration only adds",
                "V1__x.sql|create table t (a int primary key)|constraints have names",
                "V1__x.sql|create table t (a text constraint t_pkey primary key, unique (a))|constraints have names",
                "V1__x.sql|create table t (a text, b text references t)|constraints have names",
                "V1__x.sql|create table t (a text, constraint c foreign key (a) references t (a))|",
                "V1__compatible_x.sql|alter table t add column a text|",
            })
    void eachFindsWhoBreaksIt(String file, String sql, String rule) {
        assertThat(broken(Migration.of(file, sql))).isEqualTo(rule == null ? List.of() : List.of(rule));
    }

    private static List<String> broken(Migration migration) {
        List<String> broken = new ArrayList<>();
        boolean additive = migration.notAdditive(Set.of()).isEmpty();
        String sql = migration.sql().replaceAll("--[^\n]*", "").replaceAll("\\s+", " ");
        if (!migration.file().matches("V\\d+__[a-z0-9_]+\\.sql")) {
            broken.add("words of a name are in lower case");
        }
        if (!additive && migration.destructive() == null) {
            broken.add("needs a line -- destructive: reason");
        }
        if (Migration.isCompatible(migration.description()) && (!additive || migration.destructive() != null)) {
            broken.add("a compatible migration only adds");
        }
        if (UNNAMED.matcher(sql).find()) {
            broken.add("constraints have names");
        }
        return broken;
    }
}
