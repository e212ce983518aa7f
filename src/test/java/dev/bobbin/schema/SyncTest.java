package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is missing is added, and nothing else is touched. */
@Tag("postgres")
class SyncTest {

    /** All that rows held and still can: a column that was dropped is gone. */
    private static final String CONTENT =
            """
            select md5((select string_agg(t::text, '' order by owner_id, id) from threads t) || (select string_agg(
              concat_ws('|', owner_id, thread_id, id, document, type, content, created_at, updated_at, seq), '' order by id) from thread_items))""";

    @ParameterizedTest
    @ValueSource(strings = {"public", "Chat Data"})
    void addsWhatIsMissingAndLeavesTheRest(String schema) throws Exception {
        try (MigratedSchema planted = MigratedSchema.at(MigratedSchema.LAST, schema)) {
            Planted.all(planted);
            String content = planted.value(CONTENT);

            List<SyncStep> outcomes = sync(planted);

            assertThat(outcomes)
                    .filteredOn(outcome -> outcome.result() == SyncStep.Result.FAILED)
                    .isEmpty();
            assertThat(planted.shortDrift()).containsExactlyInAnyOrderElementsOf(Planted.notAdditive());
            assertThat(planted.value(CONTENT)).isEqualTo(content);
            // the numbers go on where they ended
            planted.execute("insert into thread_items (owner_id, thread_id, id, document, type, created_at)"
                    + " values ('acme/ann', 'thr_1', 'new', '{}', 'x', now())");
            assertThat(planted.value("select id from thread_items order by seq desc limit 1"))
                    .isEqualTo("new");

            Catalog fixed = planted.catalog();
            List<SyncStep> again = plan(planted);
            assertThat(again).noneMatch(SyncStep::canRun).isNotEmpty();
            assertThat(again).allSatisfy(step -> assertThat(step.message()).isNotBlank());
            sync(planted);
            assertThat(planted.catalog()).isEqualTo(fixed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"public", "Chat Data"})
    void makesMissingTablesWithAllTheirParts(String schema) throws Exception {
        try (MigratedSchema emptied = MigratedSchema.at(MigratedSchema.LAST, schema)) {
            Catalog before = emptied.catalog();
            emptied.execute("drop table threads, thread_items, attachments, search_texts");
            assertThat(sync(emptied)).allMatch(outcome -> outcome.result() == SyncStep.Result.FIXED);
            assertThat(emptied.catalog()).isEqualTo(before);
            assertThat(plan(emptied)).isEmpty();
        }
    }

    @Test
    void addsKeysAndNumbersToRowsThatAreThere() throws Exception {
        try (MigratedSchema planted = MigratedSchema.at(MigratedSchema.LAST, "public")) {
            planted.execute(Planted.ROWS);
            planted.execute(
                    "alter table threads drop constraint threads_pkey cascade; alter table threads drop column seq;"
                            + " alter table thread_items drop constraint thread_items_pkey");
            assertThat(planted.shortDrift())
                    .containsExactly(
                            "BREAKING MISSING primary key thread_items thread_items_pkey",
                            "BREAKING MISSING foreign key thread_items thread_items_thread_fkey",
                            "BREAKING MISSING column threads seq",
                            "BREAKING MISSING primary key threads threads_pkey",
                            "BREAKING MISSING index threads threads_activity_idx",
                            "BREAKING MISSING index threads threads_order_idx",
                            "BREAKING MISSING index threads threads_search_idx");
            assertThat(sync(planted)).allMatch(outcome -> outcome.result() == SyncStep.Result.FIXED);
            assertThat(planted.drift()).isEmpty();
            assertThat(planted.value("select count(distinct seq) from threads")).isEqualTo("50");
        }
    }

    /** Each says its own reason, and one does not keep the others from being fixed. */
    @Test
    void whatRowsForbidIsSaid() throws Exception {
        try (MigratedSchema planted = MigratedSchema.at(MigratedSchema.LAST, "public")) {
            planted.execute(Planted.ROWS);
            planted.execute("alter table thread_items drop constraint thread_items_thread_fkey;"
                    + " delete from threads where id = 'thr_7'; alter table threads drop column document;"
                    + " drop index threads_order_idx");
            List<SyncStep> outcomes = sync(planted);
            assertThat(outcomes)
                    .extracting(
                            outcome -> outcome.difference().name(),
                            SyncStep::result,
                            outcome -> String.valueOf(outcome.message()))
                    .satisfiesExactly(
                            column -> assertThat(column.toList().toString())
                                    .contains(
                                            "document",
                                            "FAILED",
                                            "contains null values",
                                            "add column \"document\" text",
                                            "set not null"),
                            key -> assertThat(key.toList().toString())
                                    .contains(
                                            "thread_items_thread_fkey",
                                            "FAILED",
                                            "violates foreign key constraint",
                                            "thr_7"),
                            index -> assertThat(index.toList().toString()).contains("threads_order_idx", "FIXED"));
            // new rows are held to the key already
            assertThat(planted.shortDrift())
                    .containsExactly(
                            "BREAKING INVALID foreign key thread_items thread_items_thread_fkey",
                            "BREAKING MISSING column threads document");
            planted.execute("delete from thread_items where thread_id = 'thr_7'; truncate threads cascade");
            assertThat(sync(planted)).allMatch(outcome -> outcome.result() == SyncStep.Result.FIXED);
            assertThat(planted.drift()).isEmpty();
        }
    }

    @Test
    void nothingIsSetNotNullByTheWay() throws Exception {
        try (MigratedSchema planted = MigratedSchema.at(MigratedSchema.LAST, "public")) {
            planted.execute("alter table attachments drop constraint attachments_pkey, alter column id drop not null;"
                    + " alter table threads alter column seq drop identity, alter column seq drop not null");
            Catalog before = planted.catalog();
            assertThat(sync(planted))
                    .extracting(step -> step.result() + " " + step.difference().kind() + ": " + step.message())
                    .satisfiesExactly(
                            identity -> assertThat(identity)
                                    .startsWith("FAILED identity")
                                    .contains("must be declared NOT NULL"),
                            key -> assertThat(key)
                                    .startsWith("NEEDS_OPERATOR primary key")
                                    .contains("its columns may hold no null"),
                            id -> assertThat(id).startsWith("NEEDS_OPERATOR nullability"),
                            seq -> assertThat(seq).startsWith("NEEDS_OPERATOR nullability"));
            assertThat(planted.catalog()).isEqualTo(before);
        }
    }

    @Test
    void aNameThatIsTakenIsNoSuccess() throws Exception {
        try (MigratedSchema planted = MigratedSchema.at(MigratedSchema.LAST, "public")) {
            planted.execute(
                    "drop index threads_order_idx; create table users (id int); create index threads_order_idx on users (id)");
            assertThat(sync(planted)).singleElement().satisfies(outcome -> {
                assertThat(outcome.result()).isEqualTo(SyncStep.Result.FAILED);
                assertThat(outcome.message()).contains("\"threads_order_idx\" already exists");
            });
        }
    }

    /** Whoever waits longer for a lock stops all that come after. */
    @Test
    void aLockedTableIsGivenUpAndTheOthersGoOn() throws Exception {
        try (MigratedSchema planted = MigratedSchema.at(MigratedSchema.LAST, "public");
                Connection other = planted.connect()) {
            planted.execute("alter table threads alter column updated_at drop default;"
                    + " alter table attachments alter column updated_at drop default");
            List<SyncStep> steps = plan(planted);
            other.setAutoCommit(false);
            other.createStatement().execute("lock table attachments in share mode");
            List<SyncStep> outcomes =
                    steps.stream().map(step -> step.run(planted.connection)).toList();
            assertThat(outcomes)
                    .extracting(step -> step.result() + " " + step.difference().table())
                    .containsExactly("FAILED attachments", "FIXED threads");
            assertThat(outcomes.get(0).message()).contains("lock timeout");
            other.rollback();
            assertThat(planted.value("show lock_timeout")).isEqualTo("0");
            assertThat(planted.connection.getAutoCommit()).isTrue();
            assertThat(sync(planted)).hasSize(1);
            assertThat(planted.drift()).isEmpty();
        }
    }

    /** The remedies are SQL that can be copied; only what the new column's values are is left to people. */
    @Test
    void remediesMendTheRest() throws Exception {
        try (MigratedSchema planted = MigratedSchema.at(MigratedSchema.LAST, "Chat Data")) {
            Planted.all(planted);
            sync(planted);
            planted.execute("set search_path = public");
            for (SyncStep step : plan(planted)) {
                if (step.difference().kind() != Fact.Kind.COLUMN) {
                    planted.execute(
                            step.message().replaceFirst("^.*?(?=(alter table|drop index|drop statistics) )", ""));
                }
            }
            assertThat(planted.shortDrift())
                    .filteredOn(difference -> difference.startsWith("BREAKING"))
                    .containsExactly("BREAKING EXTRA column threads tenant");
        }
    }

    @Test
    void planOfAFreshDatabaseIsEmpty() throws Exception {
        try (MigratedSchema fresh = MigratedSchema.at(MigratedSchema.LAST, "public")) {
            assertThat(plan(fresh)).isEmpty();
        }
    }

    private static List<SyncStep> plan(MigratedSchema database) throws SQLException {
        return Remedy.plan(Catalog.expected(MigratedSchema.LAST), database.catalog());
    }

    private static List<SyncStep> sync(MigratedSchema database) throws SQLException {
        return plan(database).stream()
                .map(step -> step.run(database.connection))
                .toList();
    }
}
