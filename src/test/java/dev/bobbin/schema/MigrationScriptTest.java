package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only adds, and everything else. The tables threads and thread_items are there. */
class MigrationScriptTest {

    private static final Set<String> PRESENT = Set.of("threads", "thread_items");

    @ParameterizedTest
    @MethodSource("dev.bobbin.schema.Scripts#additive")
    void theListIsAdditive(String sql) {
        assertThat(new MigrationScript(sql).notAdditive(PRESENT)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.bobbin.schema.Scripts#destructive")
    void allElseIsNot(String sql) {
        assertThat(new MigrationScript(sql).notAdditive(PRESENT)).isNotEmpty();
    }

    /** None of these hides what follows it, and what follows hides none of these. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- it's; $$ /* \"\n",
                "/* it's; -- $$ \" */",
                "create table t (a text default 'x;''--/*$$\"');",
                "create table t (a text default e'x');",
                "create table \"t;\" (a text);",
                "create table t$a$ (a text);",
                "select $a$ $$; $b$ $a$;",
                "select 'a\\';",
                "/* a /* b */ c */",
                "\uFEFF",
            })
    void whatStandsBesideItDoesNotHideADrop(String beside) {
        assertThat(new MigrationScript(beside + " drop table threads; " + beside).notAdditive(PRESENT))
                .isNotEmpty();
    }

    @Test
    void aStatementIsToldInOneLineWithoutItsComments() {
        assertThat(new MigrationScript(
                                """
                                -- why
                                create table t (a text);
                                alter table threads -- of all
                                    Drop Column "A b"; /* and */ select 'x  y'""")
                        .notAdditive(PRESENT))
                .containsExactly("alter table threads Drop Column \"A b\"", "select 'x y'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create unique index concurrently i on t (a)",
                "-- why\nCREATE INDEX\n CONCURRENTLY if not exists i on t (a);",
                "drop index concurrently if exists i",
                "reindex index concurrently i",
                "REINDEX (verbose) TABLE CONCURRENTLY t",
                "reindex (concurrently) table t",
                "reindex (verbose) schema public",
                "reindex database d",
                "alter table t detach partition p concurrently",
                "select 1; vacuum (analyze) t",
                "create database d",
                "drop tablespace x",
                "alter database d set tablespace x",
                "alter system set work_mem = '1MB'",
                "cluster verbose",
                "drop subscription s",
                "alter subscription s refresh publication",
                "discard all",
                "rollback prepared 'x'"
            })
    void someCannotRunInATransaction(String sql) {
        assertThat(new MigrationScript(sql).isTransactional()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create index i on t (a)",
                "create index concurrent on t (a) -- create index concurrently",
                "reindex table t",
                "alter table t detach partition p",
                "cluster t using i",
                "alter database d set work_mem = '1MB'",
                "refresh materialized view concurrently v",
                "discard temp",
                "create table database (a int)",
                "comment on database d is 'vacuum; create database e'",
                "do $$ begin raise notice 'x; vacuum'; end $$"
            })
    void allElseCan(String sql) {
        assertThat(new MigrationScript(sql).isTransactional()).isTrue();
    }
}
