package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.support.TestDatabase;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of each kind of database. Its rows are compared before and after, by content. */
@Tag("postgres")
class MigratorTest {

    private static final String ROWS =
            """
            insert into threads (id, created_at, metadata) values
              ('thr_1', '2025-01-01 10:00:00+00', '{"title":"Old talk","k":[1,2]}'), ('thr_2', '2025-01-02 10:00:00+00', null);
            insert into thread_items (id, thread_id, type, role, content, created_at) values
              ('msg_1', 'thr_1', 'message', 'user', 'Hello', '2025-01-01 10:00:01+00'),
              ('msg_2', 'thr_1', 'message', 'assistant', 'Hi', '2025-01-01 10:00:02+00');
            """;

    private static final int NEWEST = Migrations.newest(Migrations.ours());

    private final String url = TestDatabase.get().freshDatabase();

    @Test
    void anEmptySchemaIsMigrated() {
        Migrator.Result result = Schemas.migrator(Schemas.target(url)).migrate();
        assertThat(result.executed()).isEqualTo(NEWEST);
        assertThat(result.inspection().state()).isEqualTo(Schemas.UP_TO_DATE);
        assertThat(history()).hasSize(NEWEST).allMatch(row -> row.endsWith(" true"));
        assertThat(tables()).containsExactly("attachments", History.TABLE, "search_texts", "thread_items", "threads");
    }

    @Test
    void aSchemaOfItsOwnIsMade() {
        execute("create table threads (of_somebody_else int)");
        SchemaTarget target = Schemas.target(url, "bobbin.database.schema", "Chat \"Data\"");
        Schemas.migrator(target).migrate();
        assertThat(tables()).containsExactly("threads");
        assertThat(Schemas.query(url, "select document from \"Chat \"\"Data\"\"\".threads"))
                .isEmpty();
        assertThat(Schemas.migrator(target).migrate().executed()).isZero();
    }

    @Test
    void ourHistoryGoesOnFromWhereItIs() {
        new Migrator(Schemas.target(url), Migrations.ours().subList(0, 1), progress -> {}).migrate();
        Migrator.Result result = Schemas.migrator(Schemas.target(url)).migrate();
        assertThat(result.executed()).isEqualTo(NEWEST - 1);
        assertThat(Schemas.migrator(Schemas.target(url)).migrate().executed()).isZero();
        assertThat(history()).hasSize(NEWEST);
    }

    @Test
    void tablesMadeByHandAreStampedAndComeAcrossWithEveryRow() {
        execute(Schemas.MADE_BY_HAND + "alter table threads add column note text default 'x';" + ROWS);
        String before = "select id || created_at || coalesce(metadata::text, '') || note from threads order by 1";
        String items =
                "select id || thread_id || coalesce(role, '') || coalesce(content, '') || created_at from thread_items order by 1";
        List<String> threads = Schemas.query(url, before);
        List<String> messages = Schemas.query(url, items);
        Migrator.Result result = Schemas.migrator(Schemas.target(url)).migrate();
        assertThat(result.stamped()).isEqualTo(1);
        assertThat(result.executed()).isEqualTo(NEWEST - 1);
        assertThat(history().get(0)).isEqualTo("1 made by hand BASELINE true");
        assertThat(Schemas.query(url, before)).isEqualTo(threads).hasSize(2);
        assertThat(Schemas.query(url, items)).isEqualTo(messages).hasSize(2);
        assertThat(Schemas.query(url, "select document::json ->> 'title' from threads order by id"))
                .containsExactly("Old talk", null);
    }

    /** What tutorials add: columns that later versions have too keep what is in them. */
    @Test
    void titlesAndTimesThatWereThereAreKept() {
        execute(
                """
                create table threads (id text primary key, title varchar(200) not null default '', created_at timestamp,
                  updated_at timestamp not null, metadata json);
                create table thread_items (id text primary key, thread_id text references threads, type text, role text,
                  content varchar(500), created_at timestamp, updated_at timestamp);
                insert into threads values ('a', 'Mine', '2025-01-01 10:00', '2025-02-01 10:00', '{"title":"Other"}'),
                  ('b', '', null, '2025-02-01 10:00', null);
                insert into thread_items values ('i', 'a', null, 'user', 'x', '2025-01-01 10:00', null)""");
        assertThat(Schemas.migrator(Schemas.target(url)).migrate().drift()).isEmpty();
        assertThat(Schemas.query(
                        url,
                        "select concat_ws('|', title, document::json ->> 'title', updated_at at time zone 'UTC') from threads"
                                + " order by id"))
                .containsExactly("Mine|Mine|2025-02-01 10:00:00", "||2025-02-01 10:00:00");
        assertThat(Schemas.query(url, "select updated_at at time zone 'UTC' from thread_items"))
                .containsExactly("2025-01-01 10:00:00");
        execute("insert into thread_items (owner_id, thread_id, id, document, type, created_at, content)"
                + " select owner_id, 'a', 'j', '{}', 'x', now(), repeat('x', 501) from threads where id = 'a'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alter table threads alter column id type uuid using gen_random_uuid()|threads: type of id should be text, is uuid",
                "alter table thread_items drop column role|thread_items: column role is missing",
                "alter table thread_items alter column created_at type text|thread_items: type of created_at should be timestamp with time zone, is text",
                "alter table threads drop constraint threads_pkey cascade|threads: primary key threads_pkey is missing: PRIMARY KEY (id)",
                "drop table thread_items|thread_items: table is missing; add it: create table",
                "alter table threads add column user_id int not null|threads: column user_id is not ours: integer not null; nothing fills it",
                "alter table threads add column owner_id int|threads.owner_id has a name that Bobbin needs",
                "alter table threads add column title jsonb|threads: type of title should be text, is jsonb",
                "alter table threads enable row level security|threads: row security should be off, is on",
                "create table attachments (id int)|table public.attachments has a name",
            })
    void whatIsNotVersion1IsLeftAloneAndItsDifferencesAreListed(String change, String difference) {
        execute(Schemas.MADE_BY_HAND);
        if (change.contains(" uuid")) {
            execute("alter table thread_items drop constraint thread_items_thread_id_fkey");
        }
        execute(change);
        List<String> before = shape();
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining(difference)
                .hasMessageContaining("Nothing was changed");
        assertThat(shape()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create view newest as select id, created_at from threads",
                "create table likes (thread_id varchar(100) references threads (id))"
            })
    void whatDependsOnTheTablesIsListedToo(String dependent) {
        execute(Schemas.MADE_BY_HAND + ROWS + dependent);
        List<String> before = shape();
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url, "bobbin.database.allow-shared", "true"))
                        .migrate())
                .hasMessageContaining("drop");
        assertThat(shape()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create table alembic_version (version_num varchar(32) primary key)|Alembic",
                "create table _prisma_migrations (id varchar(36) primary key)|Prisma",
                "create table django_migrations (id bigint primary key)|Django",
                "create table schema_migrations (version varchar primary key); create table ar_internal_metadata (key varchar)|Rails",
                "create table knex_migrations (id int)|Knex",
                "create table databasechangelog (id varchar)|Liquibase",
                "create table flyway_schema_history (installed_rank int, version varchar, description varchar, type varchar,"
                        + " script varchar, checksum int, installed_on timestamp, execution_time int, success bool)|Flyway",
                "create table users (id int); create view grown_up as select 1|grown_up, orders, users",
            })
    void anotherServicesDatabaseIsLeftAlone(String tables, String named) {
        execute(tables + "; create table orders (id int); insert into orders values (1)");
        List<String> before = shape();
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining(named)
                .hasMessageContaining("One service, one database, one history")
                .hasMessageContaining("BOBBIN_DATABASE_SCHEMA")
                .hasMessageContaining("BOBBIN_DATABASE_ALLOW_SHARED=true");
        assertThat(shape()).isEqualTo(before);
        Map<String, List<String>> orders = Schemas.contents(url, "orders");
        Schemas.migrator(Schemas.target(url, "bobbin.database.allow-shared", "true"))
                .migrate();
        Schemas.migrator(Schemas.target(url, "bobbin.database.schema", "bobbin"))
                .migrate();
        assertThat(Schemas.contents(url, "orders")).isEqualTo(orders);
        assertThat(shape()).containsAll(before);
        assertThat(Schemas.inspection(Schemas.target(url)).state()).isEqualTo(Schemas.UP_TO_DATE);
    }

    @Test
    void tablesMadeByHandBesideAnotherServicesAreAnotherServices() {
        execute(Schemas.MADE_BY_HAND + ROWS + "create table alembic_version (version_num varchar(32) primary key)");
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .hasMessageContaining("Alembic");
        assertThat(Schemas.migrator(Schemas.target(url, "bobbin.database.allow-shared", "true"))
                        .migrate()
                        .stamped())
                .isEqualTo(1);
    }

    @Test
    void whatAnExtensionMakesIsNobodys() {
        execute("create extension pg_stat_statements; create extension hstore");
        assertThat(Schemas.migrator(Schemas.target(url)).migrate().executed()).isEqualTo(NEWEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"thread labels", "compatible thread labels"})
    void aNewerSchemaStopsUnlessItIsCompatibleAndAllowed(String description) {
        Schemas.migrator(Schemas.target(url)).migrate();
        execute("insert into " + History.TABLE + " values (99, '" + (NEWEST + 2) + "', '" + description
                + "', 'SQL', 'V99__x.sql', 1, 'x', now(), 1, true)");
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .hasMessageContaining("is at version " + (NEWEST + 2))
                .hasMessageContaining("up to " + NEWEST + " only");
        SchemaTarget allowing = Schemas.target(url, "bobbin.database.allow-newer", "true");
        if (description.startsWith("compatible")) {
            assertThat(Schemas.migrator(allowing).migrate().executed()).isZero();
        } else {
            assertThatThrownBy(() -> Schemas.migrator(allowing).migrate())
                    .hasMessageContaining("not marked compatible");
        }
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).repair()).isInstanceOf(SchemaException.class);
        assertThat(history()).hasSize(NEWEST + 1);
    }

    @Test
    void aFailedMigrationIsNamedAndAfterARepairItGoesOn() {
        new Migrator(Schemas.target(url), Migrations.ours().subList(0, 1), progress -> {}).migrate();
        execute(
                "insert into " + History.TABLE
                        + " values (99, '2', 'owners and documents', 'SQL', 'V2__owners_and_documents.sql', 1, 'x', now(), 1, false)");
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .hasMessageContaining("V2__owners_and_documents.sql failed")
                .hasMessageContaining("db repair");
        assertThat(Schemas.migrator(Schemas.target(url)).repair()).hasSize(1);
        assertThat(Schemas.migrator(Schemas.target(url)).migrate().executed()).isEqualTo(1);
    }

    @Test
    void aChangedMigrationIsNamedAndARepairTakesThisBuildsText() {
        Schemas.migrator(Schemas.target(url)).migrate();
        execute("update " + History.TABLE + " set checksum = 1 where version = '2'");
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .hasMessageContaining("version 2")
                .hasMessageContaining("another text");
        Schemas.migrator(Schemas.target(url)).repair();
        assertThat(Schemas.migrator(Schemas.target(url)).migrate().executed()).isZero();
    }

    @Test
    void aRepairRefusesAHistoryThatLacksAMigration() {
        Schemas.migrator(Schemas.target(url)).migrate();
        execute("update " + History.TABLE + " set checksum = 1 where version = '2'; delete from " + History.TABLE
                + " where version = '1'");
        List<String> before = history();
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).repair())
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("version 1")
                .hasMessageContaining("is missing in it");
        assertThat(history()).isEqualTo(before);
    }

    @Test
    void aFailureTakesEverythingBackAndSaysWhy() {
        execute(
                Schemas.MADE_BY_HAND
                        + ROWS
                        + "alter table thread_items add column updated_at timestamptz, add constraint few check (updated_at is null)");
        List<String> before = shape();
        Map<String, List<String>> rows = Schemas.contents(url, "threads", "thread_items");
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .hasMessageContaining("V2__")
                .hasMessageContaining("check constraint \"few\" of relation \"thread_items\" is violated by some row")
                .hasMessageNotContaining("alter table")
                .hasMessageContaining("what failed changed no table or row");
        assertThat(Schemas.contents(url, "threads", "thread_items")).isEqualTo(rows);
        assertThat(shape()).containsAll(before);
        execute("alter table thread_items drop constraint few");
        assertThat(Schemas.migrator(Schemas.target(url)).migrate().executed()).isEqualTo(NEWEST - 1);
    }

    @Test
    void aDatabaseOfABuildFromBeforeTheFirstReleaseIsRefused() {
        Schemas.migrator(Schemas.target(url)).migrate();
        execute(
                "update " + History.TABLE + " set checksum = 7 where version = '2'; insert into " + History.TABLE
                        + " select n, n::text, 'x', 'SQL', 'V' || n || '__x.sql', 1, 'x', now(), 1, true from generate_series(3, 5) n");
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .hasMessageContaining("in development, delete target/dev-database")
                .hasMessageContaining("Nothing was changed");
    }

    /** A dump of the tables alone is such a copy. */
    @Test
    void aCopyThatLacksItsHistoryIsStampedWithTheVersionThatItHas() {
        for (int version = 2; version <= NEWEST; version++) {
            String copy = TestDatabase.get().freshDatabase();
            SchemaTarget target = Schemas.target(copy);
            new Migrator(target, Migrations.ours().subList(0, version), progress -> {}).migrate();
            TestDatabase.get().execute(copy, "drop table " + History.TABLE);
            assertThatThrownBy(() -> Schemas.migrator(target).migrate()).hasMessageContaining("`db stamp`");
            assertThat(Schemas.migrator(target).stamp(null)).isEqualTo(version);
            assertThat(Schemas.migrator(target).migrate().executed()).isEqualTo(NEWEST - version);
            assertThatThrownBy(() -> Schemas.migrator(target).stamp(null)).hasMessageContaining("has a history");
        }
    }

    @Test
    void aCopyThatLacksItsHistoryAndAnIndexIsComparedWithTheNewestVersion() {
        Schemas.migrator(Schemas.target(url)).migrate();
        execute("drop table " + History.TABLE + "; drop index threads_order_idx");
        String missing = "threads: index threads_order_idx is missing";
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .hasMessageContaining("are version " + NEWEST + " of Bobbin's, apart from")
                .hasMessageContaining(missing)
                .hasMessageContaining("create index")
                .hasMessageContaining("`db stamp`")
                .hasMessageNotContaining("rename");
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).stamp(null))
                .hasMessageContaining("is not at version " + NEWEST)
                .hasMessageContaining(missing)
                .hasMessageNotContaining("rename");
        Drift drift = Drift.of(Schemas.target(url), Migrations.ours(), progress -> {});
        assertThat(drift.comparedVersion()).isEqualTo(NEWEST);
        assertThat(drift.differences()).hasSize(1);
        execute("create index threads_order_idx on threads (owner_id, kind, created_at, seq)");
        assertThat(Schemas.migrator(Schemas.target(url)).stamp(null)).isEqualTo(NEWEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update " + History.TABLE + " set type = 'BASELINE', checksum = null where version = '1';",
                "",
                "delete from " + History.TABLE + ";"
            })
    void aHistoryThatIsOlderThanTheTablesIsCorrectedByAStamp(String wrong) {
        SchemaTarget target = Schemas.target(url);
        Schemas.migrator(target).migrate();
        execute("delete from " + History.TABLE + " where version <> '1';" + wrong);
        assertThatThrownBy(() -> Schemas.migrator(target).migrate())
                .hasMessageContaining("are version " + NEWEST + " of Bobbin's")
                .hasMessageContaining("`db stamp`");
        assertThatThrownBy(() -> Schemas.migrator(target).stamp(1)).hasMessageContaining("is not at version 1");
        assertThat(Schemas.migrator(target).stamp(null)).isEqualTo(NEWEST);
        assertThat(Schemas.migrator(target).migrate().executed()).isZero();
        assertThat(new Migrator(target, Schemas.newer(), progress -> {})
                        .migrate()
                        .executed())
                .isEqualTo(Schemas.newer().size() - NEWEST);
    }

    @Test
    void aStampThatIsNotTrueIsRefusedWithTheDifferences() {
        execute(Schemas.MADE_BY_HAND);
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).stamp(2))
                .hasMessageContaining("is not at version 2")
                .hasMessageContaining("threads: column owner_id is missing");
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).stamp(NEWEST + 1))
                .hasMessageContaining("knows versions 1 to " + NEWEST);
        assertThat(tables()).containsExactly("thread_items", "threads");
        assertThat(Schemas.migrator(Schemas.target(url)).stamp(1)).isEqualTo(1);
        assertThat(Schemas.migrator(Schemas.target(url)).migrate().executed()).isEqualTo(NEWEST - 1);
    }

    @Test
    void driftIsTold() {
        Schemas.migrator(Schemas.target(url)).migrate();
        execute("drop index threads_order_idx");
        assertThat(Schemas.migrator(Schemas.target(url)).migrate().drift())
                .extracting(difference -> difference.describe())
                .singleElement()
                .asString()
                .startsWith("threads: index threads_order_idx is missing");
    }

    /** Traffic keeps its tables busy; a migration waits for its turn, and gives it up so that others get theirs. */
    @Test
    void locksOfOthersAreWaitedForAndNeverForLong() throws Exception {
        execute(Schemas.MADE_BY_HAND + ROWS);
        List<String> progress = Collections.synchronizedList(new ArrayList<>());
        try (Connection other = TestDatabase.get().connect(url)) {
            other.setAutoCommit(false);
            other.createStatement().execute("update threads set metadata = null where id = 'thr_2'");
            CompletableFuture<Migrator.Result> result = CompletableFuture.supplyAsync(
                    () -> new Migrator(Schemas.target(url), Migrations.ours(), progress::add).migrate());
            while (progress.stream().noneMatch(line -> line.contains("trying again"))) {
                assertThat(result).as("waits for the lock").isNotDone();
                Thread.sleep(50);
            }
            assertThat(Schemas.query(url, "select id from threads where id = 'thr_1'"))
                    .hasSize(1);
            other.commit();
            assertThat(result.get().executed()).isEqualTo(NEWEST - 1);
            assertThat(result.get().stamped()).isEqualTo(1);
        }
        assertThat(progress).anyMatch(line -> line.contains("waiting for a lock of pid"));
    }

    @Test
    void patienceWithOthersLocksEnds() throws Exception {
        execute(Schemas.MADE_BY_HAND + ROWS);
        try (Connection other = TestDatabase.get().connect(url)) {
            other.setAutoCommit(false);
            other.createStatement().execute("lock table threads in share mode");
            assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url, "bobbin.migrate-timeout", "1s"))
                            .migrate())
                    .hasMessageContaining("Others held locks")
                    .hasMessageContaining("bobbin.migrate-timeout");
        }
        assertThat(Schemas.migrator(Schemas.target(url)).migrate().executed()).isEqualTo(NEWEST - 1);
    }

    /** A start that was cut off between the two left the stamp, and somebody went on with the tables. */
    @Test
    void whatWasOnlyStampedIsLookedAtAgain() {
        execute(Schemas.MADE_BY_HAND + ROWS);
        Schemas.migrator(Schemas.target(url)).stamp(1);
        execute("alter table threads add column status text; update threads set status = 'vip'");
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .hasMessageContaining("threads.status has a name that Bobbin needs");
        execute("delete from " + History.TABLE);
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .hasMessageContaining("threads.status has a name that Bobbin needs");
        execute("alter table threads rename column status to state");
        assertThat(Schemas.migrator(Schemas.target(url)).migrate().executed()).isEqualTo(NEWEST - 1);
        assertThat(Schemas.query(url, "select distinct state from threads")).containsExactly("vip");
    }

    @Test
    void tablesThatAreLockedDoNotKeepWhatIsUpToDateFromStarting() throws Exception {
        Schemas.migrator(Schemas.target(url)).migrate();
        try (Connection other = TestDatabase.get().connect(url)) {
            other.setAutoCommit(false);
            other.createStatement().execute("lock table threads in access exclusive mode");
            List<String> progress = new ArrayList<>();
            Migrator migrator = new Migrator(Schemas.target(url), Migrations.ours(), progress::add);
            assertThat(migrator.migrate().executed()).isZero();
            assertThat(progress).singleElement().asString().contains("were not compared");
            other.createStatement().execute("lock table " + History.TABLE + " in access exclusive mode");
            assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url, "bobbin.migrate-timeout", "1s"))
                            .migrate())
                    .hasMessageContaining("Others held locks");
        }
    }

    @Test
    void aHistoryWithoutItsTablesIsRefused() {
        Schemas.migrator(Schemas.target(url)).migrate();
        execute("drop table attachments");
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .hasMessageContaining("says version 2, but not the tables that belong to it: attachments")
                .hasMessageContaining("Restore them from a backup");
    }

    /** Of a role, of a database, or of a session that somebody made with them. */
    @Test
    void noSettingOfTheDatabaseCutsWorkShortOrChangesItsMeaning() {
        execute(Schemas.many(2_000, 5));
        String before = Schemas.fingerprint(url);
        String database = url.substring(url.lastIndexOf('/') + 1);
        for (String setting : List.of(
                "statement_timeout = '50ms'",
                "transaction_timeout = '200ms'",
                "idle_session_timeout = '200ms'",
                "idle_in_transaction_session_timeout = '100ms'",
                "quote_all_identifiers = on",
                "standard_conforming_strings = off",
                "client_min_messages = error",
                "lock_timeout = '1ms'",
                "search_path = 'pg_catalog'",
                "timezone = 'Asia/Kathmandu'",
                "datestyle = 'German, DMY'")) {
            if (!setting.startsWith("transaction_timeout") || TestDatabase.get().version() >= 17) {
                execute("alter database " + database + " set " + setting);
            }
        }
        List<String> progress = Collections.synchronizedList(new ArrayList<>());
        Migrator.Result result = new Migrator(
                        Schemas.target(url, "bobbin.owner.adopt-as", "local/a\\bc"), Migrations.ours(), progress::add)
                .migrate();
        assertThat(result.executed()).isEqualTo(NEWEST - 1);
        assertThat(result.drift()).isEmpty();
        assertThat(progress).noneMatch(line -> line.contains("lost"));
        for (String setting : List.of("client_min_messages", "standard_conforming_strings", "datestyle", "timezone")) {
            execute("alter database " + database + " reset " + setting);
        }
        execute("alter database " + database + " reset all");
        assertThat(Schemas.fingerprint(url)).isEqualTo(before);
        assertThat(Schemas.query(url, "select distinct right(owner_id, 4) from threads"))
                .containsExactly("a\\bc");
    }

    @Test
    void aNameThatIsTakenByWhatIsNoTableIsTold() {
        execute("create sequence threads");
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .hasMessageContaining("threads")
                .hasMessageContaining("sequence");
        execute("drop sequence threads");
        assertThat(Schemas.migrator(Schemas.target(url)).migrate().executed()).isEqualTo(NEWEST);
    }

    @Test
    void aReadOnlyDatabaseIsRefusedAtOnce() {
        execute("alter database " + url.substring(url.lastIndexOf('/') + 1)
                + " set default_transaction_read_only = on");
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .hasMessageContaining("is read-only: a replica");
    }

    @Test
    void aHistoryThatNobodyOfUsMayReadIsAnotherServices() {
        execute("create table flyway_schema_history (somebodys_own int)");
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .hasMessageContaining("migration history of Flyway");
        assertThat(Schemas.migrator(Schemas.target(url, "bobbin.database.allow-shared", "true"))
                        .migrate()
                        .executed())
                .isEqualTo(NEWEST);
    }

    /** The lock's session may be lost while Flyway's goes on; nobody else begins before that has ended. */
    @Test
    void workThatOutlivesTheSessionOfTheLockIsWaitedFor() throws Exception {
        execute(Schemas.many(20_000, 10));
        String before = Schemas.fingerprint(url);
        List<String> progress = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Migrator.Result> first = CompletableFuture.supplyAsync(
                () -> new Migrator(Schemas.target(url), Migrations.ours(), progress::add).migrate());
        while (Schemas.query(
                        url, "select 1 from pg_stat_activity where application_name like 'bobbin-migrations: items%'")
                .isEmpty()) {
            assertThat(first)
                    .as("it waits for nothing, and was not seen at work")
                    .isNotDone();
            Thread.sleep(5);
        }
        Schemas.query(
                url,
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' and objsubid = 2"
                        + " and database = (select oid from pg_database where datname = current_database())");
        CompletableFuture<Migrator.Result> second = CompletableFuture.supplyAsync(
                () -> Schemas.migrator(Schemas.target(url)).migrate());
        assertThat(first.get().drift()).isEmpty();
        assertThat(second.get().drift()).isEmpty();
        assertThat(Schemas.fingerprint(url)).isEqualTo(before);
        assertThat(history()).hasSize(NEWEST).allMatch(row -> row.endsWith(" true"));
    }

    @Test
    void nothingIsMigratedThroughAPooler() {
        assertThatThrownBy(() -> Schemas.migrator(
                                Schemas.target("postgresql://u:s3cret@bouncer.internal/d?pgbouncer=true"))
                        .migrate())
                .hasMessageContaining("bouncer.internal:5432 is a pooler")
                .hasMessageContaining("DATABASE_DIRECT_URL")
                .hasMessageContaining("BOBBIN_MIGRATE_AT_START=false");
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(
                                url, "DATABASE_DIRECT_URL", "postgresql://u:s3cret@bouncer.internal/d?pgbouncer=true"))
                        .migrate())
                .hasMessageContaining("bouncer.internal:5432 is a pooler");
    }

    private void execute(String sql) {
        TestDatabase.get().execute(url, sql);
    }

    private List<String> history() {
        return Schemas.query(
                url,
                "select concat_ws(' ', version, description, case type when 'BASELINE' then type end, success::text) from "
                        + History.TABLE + " order by installed_rank");
    }

    private List<String> tables() {
        return Schemas.query(url, "select tablename from pg_tables where schemaname = 'public' order by 1");
    }

    /** Every column of every table, and every constraint. */
    private List<String> shape() {
        return Schemas.query(
                url,
                "select concat_ws(' ', attrelid::regclass, attname, atttypid::regtype, attnotnull) from pg_attribute join pg_class"
                        + " c on c.oid = attrelid where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')"
                        + " and attnum > 0 and c.relname <> '" + History.TABLE + "'"
                        + " union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint"
                        + " where connamespace = 'public'::regnamespace and conrelid <> 0"
                        + " and conrelid::regclass::text <> '" + History.TABLE + "' order by 1");
    }
}
