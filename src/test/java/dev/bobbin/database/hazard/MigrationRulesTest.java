package dev.bobbin.database.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.database.migration.Migration;
import dev.bobbin.database.migration.Migrations;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every migration of ours keeps to the rules, and each rule finds the one who does not. */
class MigrationRulesTest {

    static List<Migration> ours() {
        return Migrations.ours();
    }

    @ParameterizedTest
    @MethodSource("ours")
    void eachOfOursKeepsToTheRules(Migration migration) {
        assertThat(MigrationRules.broken(migration)).isEmpty();
    }

    @Test
    void oursAreConsecutive() {
        assertThat(MigrationRules.brokenByAll(Migrations.ours())).isEmpty();
    }

    @Test
    void aGapAndAnUnusualNameAreFound() {
        Migration first = Migration.of("V1__first.sql", "");
        assertThat(MigrationRules.brokenByAll(List.of(first, Migration.of("V3__third.sql", ""))))
                .containsExactly("versions are consecutive: V3__third.sql");
        assertThat(MigrationRules.brokenByAll(List.of(first, Migration.of("V2__Second.sql", ""))))
                .containsExactly("words of a name are in lower case: V2__Second.sql");
    }

    /** The rule, then SQL that breaks it and no other. */
    static List<String> bad() {
        return List.of(
                "create table if not exists | create table t (a int)",
                "create index if not exists | create index concurrently i on t (a)",
                "create statistics if not exists | create statistics s on a, b from t",
                "create view if not exists | create materialized view v as select 1",
                "create or replace view | create view v as select 1",
                "create or replace function | create function f() returns int language sql as $$ select 1 $$",
                "create type in a do block that looks first | create type y as enum ('a')",
                "create policy in a do block that looks first | create policy p on t using (true)",
                "add column if not exists | alter table t add column a text",
                "add column if not exists | alter table t add column if not exists a text, add b text",
                "drop … if exists | -- destructive: x\ndrop table t",
                "drop … if exists | -- destructive: x\nalter table t drop column a",
                "drop … if exists | -- destructive: x\ndo $$ begin execute format('alter table t drop constraint %I', c); end $$",
                "add constraint in a do block that looks first, or behind drop constraint if exists"
                        + " | alter table t add constraint c check (a > 0) not valid",
                "add constraint in a do block that looks first, or behind drop constraint if exists"
                        + " | -- destructive: x\nalter table t drop constraint if exists d, add constraint c check (a > 0) not valid",
                "rename in a do block that looks first | -- destructive: x\nalter table t rename column a to b",
                "insert … on conflict, or … where | insert into t values (1)",
                "update … where | -- destructive: x\nupdate t set a = 1",
                "delete … where | -- destructive: x\ndelete from t",
                "constraint name primary | create table if not exists t (a int primary key)",
                "constraint name references | create table if not exists t (a int references u on delete cascade)",
                "constraint name unique | create table if not exists t (a int constraint c primary key, unique (a))",
                "constraint name check | create table if not exists t (a int not null check (a > 0))",
                "constraint name foreign | create table if not exists t (a int, foreign key (a) references u)",
                "constraint name unique | -- destructive: x\nalter table t add column if not exists a int unique",
                "constraint name check | -- destructive: x\nalter table t add check (a > 0)",
                "times are timestamptz | create table if not exists t (a timestamp not null)",
                "times are timestamptz | create table if not exists t (a timestamp(3) without time zone)",
                "times are timestamptz | -- destructive: x\nalter table t alter column a type timestamp",
                "what is done concurrently stands alone in its file"
                        + " | create index concurrently if not exists i on t (a); create index concurrently if not exists j on t (b)",
                "needs a line -- destructive: reason, since it drops the table t | drop table if exists t",
                "needs a line -- destructive: reason, since it empties t | truncate t",
                "needs a line -- destructive: reason, since it deletes rows of t | delete from t where a = 1",
                "needs a line -- destructive: reason, since it gives a type that may hold less to the column a of t"
                        + " | alter table t alter column a type int",
                "needs a line -- destructive: reason, since it writes every row of t anew, for the new column a"
                        + " | alter table t add column if not exists a bigint generated always as identity",
                "needs a line -- destructive: reason, since it makes an index, not concurrently, on t"
                        + " | create index if not exists i on t (a)",
                "needs a line -- destructive: reason, since it renames the column a of t"
                        + " | do $$ begin if exists (select 1) then alter table t rename column a to b; end if; end $$",
                "needs a line -- destructive: reason, since it deletes rows of t"
                        + " | create table if not exists t (a int); delete from t where a = 1",
                "needs a line -- destructive: reason, since it changes by row security which rows of t calls see"
                        + " | alter table t enable row level security",
                "needs a line -- destructive: reason, since it takes away rights on t | revoke all on t from app",
                "what is done concurrently stands alone in its file"
                        + " | -- destructive: x\nalter table t detach partition p concurrently; select 1",
                "needs a line -- destructive: reason, since it updates every row of t"
                        + " | do $$ begin execute 'update t set a = k.a from t k where k.id = t.id'; end $$",
                "a compatible migration only adds | -- compatible\nalter table t add column if not exists a text not null",
                "a compatible migration only adds | -- compatible\nalter table t alter column a set default 1",
                "a compatible migration only adds | -- compatible\nupdate t set a = 1 where a is null",
                "a compatible migration only adds | -- compatible\ncreate unique index concurrently if not exists i on t (a)");
    }

    @ParameterizedTest
    @MethodSource("bad")
    void eachRuleFindsWhoBreaksIt(String sample) {
        String[] parts = sample.split(" \\| ", 2);
        assertThat(MigrationRules.broken(migration(parts[1]))).containsExactly(parts[0]);
    }

    static List<String> good() {
        return List.of(
                "create index concurrently if not exists i on t (a)",
                "alter table t drop constraint if exists c; alter table t add constraint c check (a > 0) not valid",
                "alter table t drop constraint if exists c, add constraint c check (a > 0) not valid",
                "do $$ begin if not exists (select 1) then alter table t add constraint c unique using index i; end if; end $$",
                "drop trigger if exists g on t; create trigger g after insert on t execute function f()",
                "do $$ begin if not exists (select 1) then create type y as enum ('a'); end if; end $$",
                "insert into t values (1) on conflict do nothing",
                "update t set a = 1 where a is null",
                "create table if not exists t (a timestamp(3) with time zone, b timestamptz, constraint t_fkey foreign key (a) references u (a))",
                "-- compatible\nalter table t add column if not exists a text not null default '', add column if not exists b int",
                "-- compatible\ncreate table if not exists t (a int); create index if not exists i on t (a)");
    }

    @ParameterizedTest
    @MethodSource("good")
    void noRuleFindsWhoKeepsToThem(String sql) {
        assertThat(MigrationRules.broken(migration(sql))).isEmpty();
    }

    private static Migration migration(String sql) {
        return Migration.of(sql.startsWith("-- compatible") ? "V1__compatible_x.sql" : "V1__x.sql", sql);
    }
}
