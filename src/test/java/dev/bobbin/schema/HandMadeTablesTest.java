package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.support.TestDatabase;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people add to tables made by hand: it comes along, or it is named before anything is changed. */
@Tag("postgres")
class HandMadeTablesTest {

    private static final String ROWS =
            """
            insert into threads (id, created_at, metadata) values ('thr_1', '2025-01-01 10:00', '{"title":"Old","k":[1,2]}'),
              ('thr_2', '2025-01-02 10:00', null);
            insert into thread_items (id, thread_id, type, role, content, created_at) values
              ('msg_1', 'thr_1', 'message', 'user', 'Hello', '2025-01-01 10:01'),
              ('msg_2', 'thr_1', 'message', 'assistant', 'Hi', '2025-01-01 10:02'),
              ('msg_3', 'thr_2', 'tool', null, '{}', '2025-01-01 10:03');
            """;

    /** As SQLAlchemy makes them. */
    private static final String OTHER_SPELLING =
            """
            create table threads (id text primary key, created_at timestamp, metadata json);
            create table thread_items (id text primary key, thread_id text references threads, type text, role text,
              content text, created_at timestamp);
            """;

    private String url;

    @BeforeEach
    void database() {
        url = TestDatabase.get().freshDatabase();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table threads add parent_id varchar(100) references threads(id)"
                        + "|constraint threads_parent_id_fkey on table threads depends on the key of threads, which changes; drop it",
                "alter table thread_items add branch varchar(100) references threads(id) on delete set null"
                        + "|constraint thread_items_branch_fkey on table thread_items depends on the key of threads",
                "alter table thread_items add parent_id varchar(100) references thread_items(id)"
                        + "|constraint thread_items_parent_id_fkey on table thread_items depends on the key of thread_items",
                "alter table threads add last_item varchar(100) references thread_items(id)"
                        + "|constraint threads_last_item_fkey on table threads depends on the key of thread_items",
                "create schema other; create table other.likes (id varchar(100) references threads)"
                        + "|constraint likes_id_fkey on table other.likes depends on the key of threads",
                "alter table thread_items alter content type varchar(500), add search tsvector generated always as"
                        + " (to_tsvector('english', content)) stored|column search of table thread_items depends on thread_items.content",
                "alter table thread_items add mine bool generated always as (role = 'user') stored"
                        + "|column mine of table thread_items depends on thread_items.role",
                "create trigger t after update of role on thread_items for each row execute function suppress_redundant_updates_trigger()"
                        + "|trigger t on table thread_items depends on thread_items.role, which changes; drop it",
                "create trigger t after update on threads for each row when (old.created_at is distinct from new.created_at)"
                        + " execute function suppress_redundant_updates_trigger()|trigger t on table threads depends on threads.created_at",
                "create policy p on thread_items using (role = current_user)|policy p on table thread_items depends on thread_items.role",
                "create rule r as on delete to threads do instead nothing|rule r on table threads depends on threads, which changes; drop it",
                "create publication p for table thread_items where (type <> 'x') with (publish = 'insert')"
                        + "|publication of table thread_items in publication p depends on thread_items.type",
                "create publication p for table threads (id, created_at)|publication p depends on threads.created_at, threads.id, which changes",
                "create function f() returns bigint begin atomic select count(role) from thread_items; end"
                        + "|function f() depends on thread_items.role",
                "create table more () inherits (threads)|table more inherits from threads; end that",
                "create table base (x int); alter table threads add x int; alter table threads inherit base"
                        + "|table threads inherits from base",
                "create table base (like threads) partition by list (id); alter table base attach partition threads default"
                        + "|table threads inherits from base; end that: alter table base detach partition threads",
                "alter table thread_items set unlogged|thread_items: persistence should be logged, is unlogged; a crash loses its rows",
                "alter table thread_items set unlogged; alter table threads set unlogged|threads: persistence should be logged, is unlogged",
                "create unique index u on thread_items (id, lower(type))"
                        + "|index u depends on thread_items.type, which changes; drop it",
                "create unique index u on thread_items (thread_id, created_at) where role = 'user'"
                        + "|index u depends on thread_items.role",
                "alter table thread_items add constraint c check (type <> 'other')"
                        + "|constraint c on table thread_items depends on thread_items.type, which changes; drop it",
                "create schema other; create table other.roles (name varchar(20) primary key); insert into other.roles values ('user'),"
                        + " ('assistant'); alter table thread_items add constraint c foreign key (role) references other.roles"
                        + "|constraint c on table thread_items depends on thread_items.role",
                "create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
                        + " alter table thread_items drop constraint thread_items_thread_id_fkey;"
                        + " alter table thread_items alter thread_id type varchar(100) collate ci"
                        + "|thread_items.thread_id has a collation that takes different ids for the same one",
                "create sequence attachments|sequence public.attachments has a name that Bobbin needs; move it to another schema: "
                        + "create schema if not exists beside; alter sequence public.attachments set schema",
                "create index attachments on threads (created_at)|index public.attachments has a name",
                "create type attachments as (a int)|type public.attachments has a name",
                "create type attachments as enum ('a')|type public.attachments has a name",
                "insert into thread_items (id, thread_id, created_at) values ('inf', 'thr_1', 'infinity'), ('ninf', 'thr_1', '-infinity')"
                        + "|2 rows of thread_items (inf, ninf) with a created_at outside of the years 1 to 9999; give them another",
                "insert into threads (id, created_at) select 't' || i, '10000-01-01' from generate_series(1, 7) i"
                        + "|7 rows of threads (t1, t2, t3, t4, t5, …) with a created_at outside",
                "insert into threads (id, created_at) values ('bc', '0044-03-15 BC')|1 row of threads (bc) with a created_at",
                "alter table threads alter id type text; insert into threads (id) values (repeat('x', 256))"
                        + "|with a longer id than 255 characters",
                "alter table thread_items drop constraint thread_items_thread_id_fkey, alter thread_id type text;"
                        + " insert into thread_items (id, thread_id) values ('long', repeat('x', 3000))"
                        + "|1 row of thread_items (long) with a longer thread_id than 255 characters",
            })
    void whatCannotComeAlongIsNamedWithWhatToDo(String changeAndDifference) {
        if (changeAndDifference.startsWith("create publication")) {
            TestDatabase.get().assumeVersion(15);
        }
        int bar = changeAndDifference.lastIndexOf('|');
        refuses(Schemas.MADE_BY_HAND, changeAndDifference.substring(0, bar), changeAndDifference.substring(bar + 1));
    }

    @Test
    void whatPostgresRefusesByItselfChangesNothingEither() {
        TestDatabase.get()
                .execute(url, Schemas.MADE_BY_HAND + ROWS + "create schema other; create table other.t (kept threads)");
        String before = Schemas.fingerprint(url);
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url)).migrate())
                .hasMessageContaining("what failed changed no table or row")
                .hasMessageContaining("column \"t.kept\" uses its row type");
        assertThat(Schemas.fingerprint(url)).isEqualTo(before);
        TestDatabase.get().execute(url, "drop table other.t");
        comesAcross();
    }

    /** What is written for a time without a zone or for json has another meaning, or none, for what they become. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "create index i on thread_items (thread_id, date(created_at))"
                        + "|index i depends on thread_items.created_at, which changes; drop it",
                "create index i on threads (id) where created_at > '2025-01-01'|index i depends on threads.created_at",
                "create index i on threads ((metadata ->> 'k'))|index i depends on threads.metadata",
                "alter table threads add constraint c check (json_typeof(metadata) = 'object')"
                        + "|constraint c on table threads depends on threads.metadata, which changes",
                "alter table threads add k text generated always as (metadata ->> 'k') stored"
                        + "|column k of table threads depends on threads.metadata",
                "insert into threads (id, metadata) values ('nul', '{\"a\": \"x\\u0000\"}'), ('no', '{\"a\": \"x\\\\u0000\"}')"
                        + "|1 row of threads (nul) with metadata that jsonb cannot hold",
                "insert into threads (id, created_at) values ('inf', 'infinity')|1 row of threads (inf) with a created_at",
            })
    void whatOtherTypesCannotBringAlongIsNamedToo(String changeAndDifference) {
        int bar = changeAndDifference.lastIndexOf('|');
        refuses(OTHER_SPELLING, changeAndDifference.substring(0, bar), changeAndDifference.substring(bar + 1));
    }

    @Test
    void serversThatCannotTellWhatIsJsonbFindTheNullCharacter() {
        TestDatabase.get().execute(url, OTHER_SPELLING);
        TestDatabase.get()
                .execute(
                        url,
                        """
                        insert into threads (id, metadata) values ('a', '"\\u0000"'), ('b', '"\\\\u0000"'), ('c', '"\\\\\\u0000"'),
                          ('d', '"u0000"'), ('e', null)""");
        for (int server : TestDatabase.get().version() < 16 ? List.of(14) : List.of(14, 16)) {
            assertThat(Schemas.query(
                            url, "select id from threads where " + Obstacles.notJsonb(server) + " order by id"))
                    .containsExactly("a", "c");
        }
    }

    /** Neither the types that version 1 has, nor those that Postgres carries over by itself, are in the way. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table thread_items add search tsvector generated always as (to_tsvector('english', content)) stored;"
                        + " create index on thread_items using gin (search)",
                "create trigger t before update of content on thread_items for each row execute function suppress_redundant_updates_trigger()",
                "create trigger t before update on threads for each row execute function suppress_redundant_updates_trigger()",
                "create index on threads using gin (metadata); create index on threads ((metadata ->> 'k'));"
                        + " create index on threads (lower(id)); create unique index on threads (id, created_at)",
                "create statistics s on thread_id, role from thread_items; alter table threads add n text default md5(random()::text)",
                "alter table thread_items alter role set default 'user', add constraint short check (length(content) < 10)",
                "create publication p for all tables with (publish = 'insert')",
                "alter table thread_items drop constraint thread_items_thread_id_fkey; alter table threads drop constraint"
                        + " threads_pkey, add primary key (id) deferrable initially deferred",
                "alter table threads drop constraint threads_pkey cascade, add primary key (id) include (created_at)",
            })
    void whatCanComeAlongDoes(String change) {
        TestDatabase.get().execute(url, Schemas.MADE_BY_HAND + ROWS + change);
        comesAcross();
        TestDatabase.get().execute(url, "update thread_items set content = 'Bye'; update threads set metadata = '{}'");
    }

    @Test
    void rowsThatSubscribersToldApartByTheOldKeyCanBeUpdated() {
        TestDatabase.get()
                .execute(
                        url,
                        Schemas.MADE_BY_HAND
                                + ROWS
                                + """
                                alter table threads replica identity using index threads_pkey;
                                alter table thread_items replica identity full; create publication p for all tables""");
        comesAcross();
        TestDatabase.get().execute(url, "update threads set title = 'New'; update thread_items set content = 'New'");
        assertThat(Schemas.query(
                        url,
                        "select relreplident from pg_class where relname in ('threads', 'thread_items')"
                                + " order by relname"))
                .containsExactly("f", "d");
    }

    /** A made-up thread has what its table asks for, and no check that waits for the end is in the way. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table threads alter metadata set not null, add title text not null, add updated_at timestamptz not null",
                "create schema other; create table other.tenants (id int primary key); insert into other.tenants values (1);"
                        + " alter table threads add tenant int default 1 references other.tenants deferrable initially deferred",
                "alter table threads add number serial unique deferrable initially deferred",
            })
    void itemsWithoutAThreadGetOneWhateverItsTableAsksFor(String change) {
        TestDatabase.get()
                .execute(
                        url,
                        Schemas.MADE_BY_HAND + "alter table thread_items drop constraint thread_items_thread_id_fkey;"
                                + change
                                + "; insert into thread_items (id, thread_id, created_at) values ('a', 'gone', '2025-01-01Z')");
        Schemas.migrator(Schemas.target(url)).migrate();
        assertThat(Schemas.query(
                        url,
                        "select concat_ws('|', id, document::json ->> 'title', document::json -> 'metadata', created_at ="
                                + " updated_at, created_at = '2025-01-01Z') from threads"))
                .containsExactly("gone|{}|t|t");
    }

    @Test
    void oldRowsWereUpdatedWhenTheyWereCreatedUnlessTheySayOtherwise() {
        TestDatabase.get()
                .execute(
                        url,
                        Schemas.MADE_BY_HAND + "alter table thread_items add updated_at timestamptz default now();"
                                + ROWS
                                + "update thread_items set updated_at = case id when 'msg_1' then null else timestamptz"
                                + " '2025-03-03Z' end");
        Schemas.migrator(Schemas.target(url)).migrate();
        assertThat(Schemas.query(
                        url,
                        "select updated_at = created_at from threads union all (select updated_at = created_at from thread_items"
                                + " order by id)"))
                .containsExactly("t", "t", "t", "f", "f");
        assertThat(Schemas.query(
                        url, "select distinct updated_at = '2025-03-03Z' from thread_items where id <> 'msg_1'"))
                .containsExactly("t");
    }

    /** There a capital I has another small letter. */
    @Test
    void rolesAreReadInATurkishDatabaseToo() throws Exception {
        TestDatabase.get().assumeVersion(15);
        String name = url.substring(url.lastIndexOf('/') + 1) + "_tr";
        TestDatabase.get()
                .execute(
                        "postgres",
                        "create database " + name
                                + " template template0 encoding 'UTF8' locale_provider icu icu_locale 'tr' locale 'C'");
        url = TestDatabase.get().url(name);
        assertThat(Schemas.query(url, "select lower('AI') = 'ai'")).containsExactly("f");
        TestDatabase.get()
                .execute(
                        url,
                        Schemas.MADE_BY_HAND + ROWS
                                + "update thread_items set role = 'AI' where id = 'msg_2';"
                                + " update thread_items set type = 'HIDDEN_CONTEXT_ITEM', role = 'AI' where id = 'msg_3'");
        Schemas.migrator(Schemas.target(url)).migrate();
        assertThat(Schemas.query(url, "select concat(type, ' ', role) from thread_items order by id"))
                .containsExactly("user_message user", "assistant_message assistant", "hidden_context_item system");
    }

    /** It may not migrate either, and is told so then. */
    @Test
    void aRoleThatMayNotReadRowsIsToldOfTheRest() throws Exception {
        TestDatabase.get().execute(url, Schemas.MADE_BY_HAND + ROWS);
        try (Connection connection = TestDatabase.get().connect(url);
                var statement = connection.createStatement()) {
            String role = "blind_" + Long.toHexString(System.nanoTime());
            statement.execute("create role " + role + "; set role " + role);
            assertThat(HandMadeTables.obstacles(
                            Schemas.direct(connection), Catalog.read(Schemas.direct(connection), "public")))
                    .isEmpty();
            statement.execute("reset role; drop role " + role);
        }
    }

    private void comesAcross() {
        String before = Schemas.fingerprint(url);
        assertThat(Schemas.migrator(Schemas.target(url)).migrate().executed()).isEqualTo(1);
        assertThat(Schemas.fingerprint(url)).isEqualTo(before);
        assertThat(Schemas.query(url, "select type from thread_items order by id"))
                .containsExactly("user_message", "assistant_message", "hidden_context_item");
    }

    private void refuses(String tables, String change, String difference) {
        TestDatabase.get().execute(url, tables + ROWS + change);
        List<String> foreignKeys = foreignKeys();
        Map<String, List<String>> rows = Schemas.contents(url, "threads", "thread_items");
        assertThatThrownBy(() -> Schemas.migrator(Schemas.target(url, "bobbin.database.allow-shared", "true"))
                        .migrate())
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("\n  - ")
                .hasMessageContaining(difference)
                .hasMessageContaining("Nothing was changed");
        assertThat(Schemas.contents(url, "threads", "thread_items")).isEqualTo(rows);
        assertThat(foreignKeys()).isEqualTo(foreignKeys);
        assertThat(Schemas.query(url, "select to_regclass('" + History.TABLE + "')::text"))
                .containsExactly((String) null);
    }

    private List<String> foreignKeys() {
        return Schemas.query(url, "select conname || pg_get_constraintdef(oid) from pg_constraint order by 1");
    }
}
