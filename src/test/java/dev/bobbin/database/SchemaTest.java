package dev.bobbin.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.StartupException;
import dev.bobbin.support.TestDatabase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("postgres")
class SchemaTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public",
                "user",
                "Chat \"Data\"",
                "\"",
                "a.b",
                "a'b",
                "a?b:c$1%s",
                "информация",
                "pg",
                "PG_X",
                "sixty_three_bytes_are_as_many_as_a_name_in_postgres_may_have_xx"
            })
    void postgresTakesItForTheSameName(String name) throws Exception {
        String url = TestDatabase.get().freshDatabase();
        TestDatabase.get().execute(url, "create schema if not exists " + new Schema(name).quoted());
        TestDatabase.get().execute(url, new Schema(name).in("create table bobbin.threads (id text)"));
        try (var connection = TestDatabase.get().connect(url);
                var query = connection.prepareStatement(
                        "select count(*) from pg_tables where schemaname = ? and tablename = 'threads'")) {
            query.setString(1, name);
            try (var rows = query.executeQuery()) {
                rows.next();
                assertThat(rows.getInt(1)).isOne();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'  '|it is blank",
                "pg_chat|keeps for itself",
                "information_schema|keeps for itself",
                "'a\nb'|control characters",
                "'a\u0000b'|control characters",
                "'a\u007fb'|control characters",
                "sixty_four_bytes_are_one_more_than_a_name_in_postgres_may_have_x|longer than 63 bytes",
                "тридцать_четыре_буквы_больше_байтов|longer than 63 bytes",
            })
    void aNameThatCannotBeOneIsRefused(String name, String why) {
        assertThatThrownBy(() -> new Schema(name))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(why);
    }

    @Test
    void everyTableIsNamedInIt() {
        assertThat(new Schema("chat")
                        .in("select 1 from bobbin.threads where exists (select 1 from bobbin.thread_items)"))
                .isEqualTo("select 1 from \"chat\".threads where exists (select 1 from \"chat\".thread_items)");
    }
}
