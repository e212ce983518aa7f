package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All differences are found, and no other. */
@Tag("postgres")
class DriftTest {

    @ParameterizedTest
    @ValueSource(strings = {"public", "Chat Data", "say \"hi\"; 'x'"})
    void freshDatabaseHasNone(String schema) throws Exception {
        for (int version : MigratedSchema.VERSIONS) {
            try (MigratedSchema fresh = MigratedSchema.at(version, schema)) {
                assertThat(Comparison.between(Catalog.expected(version), fresh.catalog()))
                        .as("version %d", version)
                        .isEmpty();
            }
        }
    }

    /** As {@code HandMadeDatabaseIT} has them. */
    @Test
    void adoptedDatabaseHasOnlyItsHarmlessExtras() throws Exception {
        String sqlAlchemy =
                """
                create table threads (id varchar(100) not null, created_at timestamp, metadata jsonb, constraint my_key primary key (id));
                create table thread_items (id varchar(100), thread_id varchar(100) not null, type varchar(20), role varchar(20),
                  content text, created_at timestamp default now(), primary key (id), constraint my_link foreign key (thread_id) references threads);
                create index my_index on thread_items (thread_id, created_at)""";
        String tutorial =
                """
                create table if not exists users (id uuid primary key);
                create table threads (id varchar(100) primary key, created_at timestamptz default current_timestamp, metadata json, note text default 'x',
                  user_id uuid references users (id), legacy int unique);
                create table thread_items (thread_id varchar(100) references threads (id) on delete cascade, id varchar(100) primary key,
                  type varchar(20) not null default 'message', role varchar(20), content text, created_at timestamptz)""";
        String looseTables =
                """
                create table threads (id varchar(100) primary key, created_at timestamptz default now(), metadata jsonb);
                create table thread_items (id varchar(100) primary key, thread_id varchar(100), type varchar(20),
                  role varchar(20), content text, created_at timestamptz default now())""";
        try (MigratedSchema adopted = MigratedSchema.adopted(MigratedSchema.LAST, "public", sqlAlchemy)) {
            assertThat(adopted.shortDrift()).containsExactly("HARMLESS EXTRA index thread_items my_index");
        }
        try (MigratedSchema adopted = MigratedSchema.adopted(MigratedSchema.LAST, "Chat Data", tutorial)) {
            assertThat(adopted.shortDrift())
                    // new rows have neither a user nor a legacy number, so these keys reject none
                    .containsExactlyInAnyOrder(
                            "HARMLESS EXTRA default thread_items type",
                            "HARMLESS EXTRA column threads note",
                            "HARMLESS EXTRA column threads user_id",
                            "HARMLESS EXTRA column threads legacy",
                            "HARMLESS EXTRA foreign key threads threads_user_id_fkey",
                            "HARMLESS EXTRA unique threads threads_legacy_key");
        }
        try (MigratedSchema adopted = MigratedSchema.adopted(MigratedSchema.LAST, "public", looseTables)) {
            assertThat(adopted.shortDrift()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"public", "Chat Data"})
    void plantedDifferencesAreFoundAndNothingElse(String schema) throws Exception {
        try (MigratedSchema planted = MigratedSchema.at(MigratedSchema.LAST, schema)) {
            Planted.all(planted);
            List<String> all = Stream.concat(Planted.additive().stream(), Planted.notAdditive().stream())
                    .toList();
            assertThat(all).hasSizeGreaterThanOrEqualTo(20);
            assertThat(planted.shortDrift()).containsExactlyInAnyOrderElementsOf(all);
        }
    }

    @Test
    void eachPlantedDifferenceIsFoundByItself() throws Exception {
        try (MigratedSchema planted = MigratedSchema.at(MigratedSchema.LAST, "public")) {
            planted.connection.setAutoCommit(false);
            for (Map.Entry<String, String> each : Planted.each()) {
                planted.execute(each.getKey());
                assertThat(planted.shortDrift()).as(each.getKey()).contains(each.getValue());
                planted.connection.rollback();
            }
        }
    }

    @Test
    void expectedAndActualAreSaid() throws Exception {
        try (MigratedSchema planted = MigratedSchema.at(MigratedSchema.LAST, "Chat Data")) {
            planted.execute(
                    "drop index thread_items_order_idx; alter table thread_items drop column seq;"
                            + " alter table threads alter column id type varchar(100) collate \"C\";"
                            + " alter table threads add column tenant int not null;"
                            + " alter index threads_pkey rename to \"My key\"; drop table attachments; create view attachments as select 1 as id;"
                            + " alter table thread_items drop constraint thread_items_thread_fkey,"
                            + " add constraint thread_items_thread_fkey foreign key (owner_id, thread_id) references threads (owner_id, id) not valid");
            assertThat(planted.drift())
                    .extracting(Difference::describe)
                    .containsExactly(
                            "attachments: table should be table, is view",
                            "thread_items: column seq is missing: bigint generated always as identity not null",
                            "thread_items: foreign key thread_items_thread_fkey should be FOREIGN KEY (owner_id, thread_id)"
                                    + " REFERENCES threads(owner_id, id) ON DELETE CASCADE, is FOREIGN KEY (owner_id, thread_id)"
                                    + " REFERENCES threads(owner_id, id)",
                            "thread_items: index thread_items_order_idx is missing: btree (owner_id, thread_id, created_at, seq)",
                            "threads: column tenant is not ours: integer not null",
                            "threads: type of id should be text collate \"C\", is character varying(100) collate \"C\"",
                            "threads: primary key threads_pkey has the name My key");
        }
    }

    /** The service reads this name from errors. */
    @Test
    void foreignKeyUnderAnotherNameBreaksTheService() throws Exception {
        try (MigratedSchema planted = MigratedSchema.at(MigratedSchema.LAST, "public")) {
            planted.execute("alter table thread_items rename constraint thread_items_thread_fkey to my_link;"
                    + " alter index threads_order_idx rename to my_order");
            assertThat(planted.shortDrift())
                    .containsExactly(
                            "BREAKING RENAMED foreign key thread_items thread_items_thread_fkey",
                            "HARMLESS RENAMED index threads threads_order_idx");
        }
    }

    /** A build that failed leaves an index that no query uses. */
    @Test
    void invalidIndexOfAnotherNameDoesNotStandForOurs() throws Exception {
        try (MigratedSchema planted = MigratedSchema.at(MigratedSchema.LAST, "public")) {
            planted.execute("alter index threads_order_idx rename to threads_order_idx_ccnew");
            planted.execute(
                    "update pg_index set indisvalid = false where indexrelid = 'threads_order_idx_ccnew'::regclass");
            assertThat(planted.shortDrift())
                    .containsExactly(
                            "BREAKING MISSING index threads threads_order_idx",
                            "HARMLESS EXTRA index threads threads_order_idx_ccnew");
        }
    }
}
