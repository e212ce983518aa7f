package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.support.RowSecurityEnvironment;
import dev.bobbin.support.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The policies of row-level security: who makes them, whom they limit, and what a start and {@code db check} say of it. */
@Tag("postgres")
class RowSecurityTest {

    private static final String SETTING = "bobbin.database.row-security";

    private String url;
    private String limited;

    @BeforeEach
    void aDatabaseWithTwoRoles() {
        url = TestDatabase.get().freshDatabase();
        limited = RowSecurityEnvironment.limited(url);
    }

    @Test
    void theMigratorGivesPoliciesToEachTableThatHasAnOwner() {
        SchemaTarget on = target(limited, "true");
        assertThat(Schemas.migrator(on).planMigration())
                .extracting(Migrator.Part::title)
                .filteredOn(title -> title.startsWith("row-level security of "))
                .hasSameSizeAs(Catalog.TABLES);
        Migrator.Result made = Schemas.migrator(on).migrate();
        assertThat(made.drift()).isEmpty();
        assertThat(made.rowSecurity().inForce()).isTrue();
        assertThat(made.rowSecurity().refusal()).isNull();
        assertThat(Schemas.query(
                        url,
                        "select table_name from information_schema.columns where column_name = 'owner_id' and table_schema ="
                                + " 'public' order by 1"))
                .isEqualTo(Schemas.query(
                        url, "select tablename from pg_policies where policyname = 'bobbin_owner' order by 1"))
                .containsExactlyInAnyOrderElementsOf(Catalog.TABLES);
        assertThat(Schemas.migrator(on).planMigration()).isEmpty();
        List<String> events = new ArrayList<>();
        assertThat(new Migrator(on, Migrations.ours(), events::add).migrate().drift())
                .isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void withoutTheSettingNoTableGetsOne() {
        for (String setting : List.of("false", "prepare")) {
            Migrator.Result made = Schemas.migrator(target(limited, setting)).migrate();
            assertThat(made.drift()).isEmpty();
            assertThat(made.rowSecurity().refusal()).isNull();
            assertThat(Schemas.query(url, "select policyname from pg_policies")).isEmpty();
        }
    }

    @Test
    void aStartIsRefusedWhereTheRoleIsNotLimited() {
        assertThat(Schemas.migrator(target(url, "true")).migrate().rowSecurity().refusal())
                .contains("which is a superuser", "DATABASE_DIRECT_URL", "docs/database.md");
        sql("grant bobbin_app to current_user; alter table threads owner to bobbin_app");
        RowSecurityCheck owner = check(limited, "true");
        assertThat(owner.refusal()).contains("the role bobbin_app of DATABASE_URL, which owns the tables");
        assertThat(owner.bypass()).containsExactly("owns the tables");
        assertThat(owner.inForce()).isFalse();
    }

    @Test
    void aMemberOfTheOwnerIsToldOfButMayStart() {
        sql("drop role if exists tables_owner; create role tables_owner");
        try {
            Schemas.migrator(target(limited, "true")).migrate();
            Catalog.TABLES.forEach(table -> sql("alter table " + table + " owner to tables_owner"));
            sql("alter role bobbin_app noinherit; grant tables_owner to bobbin_app");
            RowSecurityCheck member = check(limited, "true");
            assertThat(member.bypass()).containsExactly("is a member of tables_owner, which owns the tables");
            assertThat(member.inForce()).isFalse();
            assertThat(member.refusal()).isNull();
        } finally {
            sql("alter role bobbin_app inherit; drop owned by tables_owner; drop role tables_owner");
        }
    }

    @Test
    void aStartWithoutTheSettingIsRefusedWhereItWouldFindNoRow() {
        Schemas.migrator(target(limited, "true")).migrate();
        assertThat(Schemas.migrator(target(limited, "false"))
                        .migrate()
                        .rowSecurity()
                        .refusal())
                .contains("the role bobbin_app of DATABASE_URL would find no row", "BOBBIN_DATABASE_ROW_SECURITY=true");
        assertThat(check(url, "false").refusal())
                .as("the owner finds every row")
                .isNull();
        assertThat(check(limited, "prepare").refusal()).isNull();
        assertThat(Schemas.migrator(target(limited, "prepare")).migrate().drift())
                .isEmpty();
    }

    @Test
    void policiesThatShowOrHideMoreAreDriftAndASyncMakesThemAgain() {
        SchemaTarget on = target(limited, "true");
        Schemas.migrator(on).migrate();
        for (String change : List.of(
                "drop policy bobbin_owner on threads",
                "alter policy bobbin_owner on threads using (true)",
                "create policy everyone on threads using (true)",
                "alter table threads disable row level security",
                "alter table threads force row level security")) {
            sql(change);
            assertThat(Drift.of(on, Migrations.ours(), progress -> {}).breaking())
                    .as(change)
                    .extracting(Difference::kind)
                    .containsExactly(Fact.Kind.ROW_SECURITY);
            sql("drop policy if exists everyone on threads");
            Schemas.migrator(on).sync();
            assertThat(Drift.of(on, Migrations.ours(), progress -> {}).differences())
                    .as(change)
                    .isEmpty();
        }
        sql("create policy reports on threads to pg_monitor using (true)");
        assertThat(Drift.of(on, Migrations.ours(), progress -> {}).differences())
                .isEmpty();
        assertThat(Drift.of(target(limited, "false"), Migrations.ours(), progress -> {})
                        .breaking())
                .hasSameSizeAs(Catalog.TABLES);
    }

    @Test
    void aSyncHidesNoRowWhileItMakesAPolicyAgain() {
        SchemaTarget on = target(limited, "true");
        Schemas.migrator(on).migrate();
        sql("alter policy bobbin_owner on threads using (true)");
        // a sync that fails half way, as it does when others hold locks on the table
        sql(
                "create function refuse() returns event_trigger language plpgsql as $$ begin raise 'refused'; end $$;"
                        + " create event trigger refuse on ddl_command_start when tag in ('CREATE POLICY') execute function refuse()");
        assertThat(Schemas.migrator(on).sync()).extracting(SyncStep::result).containsExactly(SyncStep.Result.FAILED);
        assertThat(Schemas.query(url, "select policyname from pg_policies where tablename = 'threads'"))
                .containsExactly("bobbin_owner");
    }

    @Test
    void anotherPolicyForAllRolesIsLeftToTheOperator() {
        SchemaTarget on = target(limited, "true");
        Schemas.migrator(on).migrate();
        List<String> made = policies();
        sql("create policy everyone on threads using (true)");
        Migrator.Result again = Schemas.migrator(on).migrate();
        assertThat(policies())
                .as("no start locks the table to make the same policy")
                .containsAll(made);
        assertThat(again.drift()).extracting(Difference::kind).containsExactly(Fact.Kind.ROW_SECURITY);
        assertThat(again.rowSecurity().inForce()).isFalse();
        assertThat(again.rowSecurity().bypass())
                .containsExactly("is shown more rows by the policy everyone on threads");
        assertThat(Schemas.migrator(on).sync()).singleElement().satisfies(step -> {
            assertThat(step.result()).isEqualTo(SyncStep.Result.NEEDS_OPERATOR);
            assertThat(step.message()).contains("select policyname from pg_policies");
        });
    }

    private List<String> policies() {
        return Schemas.query(url, "select oid || ' ' || polname from pg_policy");
    }

    @Test
    void workOnAllRowsFailsForARoleThatSeesSomeOnly() {
        Schemas.migrator(target(limited, "true")).migrate();
        sql("grant select on all tables in schema public to bobbin_app");
        SchemaTarget ofApp = Schemas.target(limited, SETTING, "true");
        assertThatThrownBy(() -> DataWork.read(ofApp, progress -> {}, all -> all.first("select count(*) from threads")))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("row-level security policy for table \"threads\"")
                .hasMessageContaining("set DATABASE_DIRECT_URL to a role that has them");
        assertThat(DataWork.<String>read(
                        target(limited, "true"), progress -> {}, all -> all.first("select count(*) from threads")))
                .isEqualTo("0");
    }

    private SchemaTarget target(String serving, String setting) {
        return Schemas.target(serving, "DATABASE_DIRECT_URL", url, SETTING, setting);
    }

    private RowSecurityCheck check(String serving, String setting) {
        return DeployCheck.of(target(serving, setting), Migrations.ours(), progress -> {})
                .rowSecurity();
    }

    private void sql(String sql) {
        TestDatabase.get().execute(url, sql);
    }
}
