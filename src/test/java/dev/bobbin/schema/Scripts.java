package dev.bobbin.schema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Scripts for a schema that has the tables threads and thread_items, of which the first list only adds to it. */
public final class Scripts {

    private Scripts() {}

    /** The {@code .sql} files of a directory, in the order of their versions. */
    public static List<Migration> migrations(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".sql"))
                    .map(Scripts::migration)
                    .sorted(Comparator.comparingInt(Migration::version))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Migration migration(Path file) {
        try {
            return Migration.of(String.valueOf(file.getFileName()), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<String> additive() {
        return List.of(
                "",
                "-- drop table threads\n/* drop table threads; */;;",
                "create table t (id bigint generated always as identity, a serial, b timestamptz not null default now())",
                "CREATE TABLE IF NOT EXISTS \"T\" (a text collate \"C\", constraint t_pkey primary key (a), check (a <> ')'));",
                "create table t (a text primary key, b text references t); create table u (a text references t (a))",
                "create table t (a text); create unique index if not exists i on t (lower(a)) where a <> ''",
                "create table t (a text); create index on t using gin (to_tsvector('simple', a))",
                "create table if not exists t (a text); create index i on t (a); create index concurrently j on t (a)",
                "create index concurrently if not exists i on threads (owner_id, created_at desc nulls last)",
                "create index concurrently i on threads using btree (title text_pattern_ops) include (id) where title is not null",
                "create statistics if not exists s (ndistinct, dependencies) on owner_id, title from threads",
                "alter table threads add column a text",
                "alter table if exists threads add a varchar(20) collate \"C\" null, add column if not exists b numeric(5, 2)[]",
                "alter table threads add column a integer not null default 0, add column b boolean default true not null",
                "alter table threads add a timestamp(3) with time zone default '2026-01-01Z', add b jsonb not null default '{}'::jsonb",
                "alter table threads add a text not null default 'it''s; -- all', add b double precision default -1.5");
    }

    public static List<String> destructive() {
        return List.of(
                "alter table threads add constraint c check (length(title) < 9) not valid",
                "alter table threads add column a text not null",
                "alter table threads alter column updated_at drop default",
                "insert into threads (owner_id, id, document, created_at) values ('a/b', 't', '{}', now())"
                        + " on conflict (owner_id, id) do update set document = excluded.document",
                "create trigger g before update on threads for each row execute function suppress_redundant_updates_trigger()",
                "merge into threads t using thread_items i on t.id = i.thread_id when matched then update set title = null",
                "alter table threads owner to current_user",
                "create unique index concurrently i on threads (title)",
                // none of these was named
                "alter table threads set (autovacuum_enabled = false)",
                "alter table threads replica identity full",
                "alter table threads alter column title set statistics 0, alter column document set storage plain",
                "alter table threads inherit t",
                "alter table threads enable row level security",
                "alter table threads validate constraint c",
                "alter table threads add column a text, drop column title",
                "alter index threads_order_idx set (fillfactor = 10)",
                "alter role current_user set default_transaction_read_only = on",
                "alter default privileges revoke all on tables from public",
                "create rule r as on insert to threads do instead nothing",
                "create policy p on threads using (false)",
                "create event trigger e on sql_drop execute function f()",
                "create or replace function now() returns timestamptz language sql as $$ select null::timestamptz $$",
                "create operator = (leftarg = text, rightarg = text, function = texteq)",
                "create view v as select * from threads",
                "create schema s create table t (a int)",
                "create extension pg_trgm",
                "create publication p for all tables",
                "grant all on threads to public",
                "security label on table threads is 'x'",
                "comment on table threads is 'x'",
                "copy threads from program 'true'",
                "call p()",
                "select pg_terminate_backend(1)",
                "with gone as (delete from threads returning *) select 1",
                "explain analyze delete from threads",
                "analyze threads",
                "set session_replication_role = replica",
                "set search_path = other",
                "begin; create table t (a int); commit",
                "notify c",
                "drop table if exists t",
                // almost on the list
                "create temporary table threads (a int)",
                "create unlogged table t (a int)",
                "create table t as select * from threads",
                "create table t (a) as select pg_sleep(9)",
                "create table t (a text) inherits (threads)",
                "create table t partition of threads default",
                "create table t (a int) partition by list (a)",
                "create table t (a text references threads)",
                "create table t (a text, b text, foreign key (a, b) references thread_items (owner_id, id))",
                "create table t (a int); create table u (a int references s.t)",
                "create table s.t (a int)",
                "create table if not exists threads (id text); create index i on threads (title)",
                "create table t (a int); create index i on threads (title)",
                "create table t (a int); create index i on s.t (a)",
                "create index on threads (title)",
                "create index concurrently on threads ((document::jsonb ->> 'x'))",
                "create index concurrently on threads (lower(title))",
                "create index concurrently on threads (title) where length(document) / 0 > 1",
                "create statistics s on (1 / length(title)), id from threads",
                "alter table threads add column a timestamptz default now()",
                "alter table threads add column a uuid default gen_random_uuid()",
                "alter table threads add column a serial",
                "alter table threads add column a bigint generated always as identity",
                "alter table threads add column a text generated always as (lower(title)) stored",
                "alter table threads add column a text primary key",
                "alter table threads add column a text unique",
                "alter table threads add column a text references threads",
                "alter table threads add column a text check (a <> '')",
                "alter table threads add column a text constraint c not null",
                "alter table threads add column a text not null default null",
                "alter table threads add column a text default 'a' || 'b'",
                "alter table threads add column a my_domain",
                "alter table only threads add column a text",
                "alter table s.threads add column a text",
                // cannot be cut, or means what only the server knows
                "create table t (a text default 'it\\'s')",
                "create table t (a text default '",
                "create table t (a int",
                "create table t (a int)); create table u (a int",
                "create table ${t} (a int)",
                "create table t\u00a0(a int)",
                "create table é (a int)",
                "create table " + "t".repeat(64) + " (a int)",
                "create table t (a int) \\; drop table threads",
                "create table t (\"a\"\"b\" int)",
                "create table t (a text default $a$;$a$)");
    }
}
