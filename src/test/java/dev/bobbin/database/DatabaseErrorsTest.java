package dev.bobbin.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.pgclient.PgException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseErrorsTest {

    /** As a worker of Citus reports it: without the name, or with the number of a shard. */
    @ParameterizedTest
    @CsvSource({
        "23503, items_fkey, true",
        "23503, items_fkey_102031, true",
        "23503, , true",
        "23503, items_fkey_of_notes, false",
        "23503, notes_fkey, false",
        "23505, items_fkey, false",
        "23505, , false"
    })
    void aForeignKeyIsKnownByItsNameAlsoWithAShardsNumberOrWithoutOne(String state, String constraint, boolean known) {
        assertThat(DatabaseErrors.foreignKey("items_fkey", "thread_id").test(violation(state, constraint)))
                .isEqualTo(known);
    }

    @Test
    void aForeignKeyIsFoundBelowWhatWrapsIt() {
        Throwable wrapped = DatabaseErrors.translate(new CompletionException(violation("23503", "items_fkey")));
        assertThat(DatabaseErrors.foreignKey("items_fkey", "thread_id")).accepts(wrapped);
        assertThat(DatabaseErrors.foreignKey("items_fkey", "thread_id")).rejects(new IllegalStateException());
    }

    private static PgException violation(String state, String constraint) {
        return new PgException(
                "no",
                "ERROR",
                state,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                constraint);
    }
}
