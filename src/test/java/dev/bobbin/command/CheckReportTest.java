package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.database.catalog.Difference;
import dev.bobbin.database.inspection.DeployCheck;
import dev.bobbin.database.migration.History;
import dev.bobbin.database.migration.Migration;
import dev.bobbin.database.migration.SchemaException;
import dev.bobbin.database.migration.Survey;
import dev.bobbin.database.migration.Verdict;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which exit code a finding has, and that of several the highest wins. */
class CheckReportTest {

    private static final DeployCheck.Pending HARMLESS =
            new DeployCheck.Pending(Migration.of("V9__more.sql", "create table more (id int);"), List.of(), false);

    private static final DeployCheck.Pending DESTRUCTIVE =
            new DeployCheck.Pending(Migration.of("V10__less.sql", "drop table more;"), List.of(), true);

    private static final Difference BREAKS = difference(Difference.Severity.BREAKING);

    private static final Difference BREAKS_NOTHING = difference(Difference.Severity.HARMLESS);

    private static final Verdict OURS = new Verdict.Ours(5, List.of());

    @Test
    void nothingIsFine() {
        assertThat(code(OURS, List.of(), List.of(), false)).isEqualTo(0);
        assertThat(code(OURS, List.of(), List.of(BREAKS_NOTHING), false)).isEqualTo(0);
    }

    @Test
    void theHighestCodeWins() {
        assertThat(code(OURS, List.of(HARMLESS), List.of(BREAKS_NOTHING), false))
                .isEqualTo(4);
        assertThat(code(OURS, List.of(HARMLESS, DESTRUCTIVE), List.of(), false)).isEqualTo(5);
        assertThat(code(OURS, List.of(DESTRUCTIVE), List.of(BREAKS_NOTHING, BREAKS), false))
                .isEqualTo(6);
        assertThat(code(OURS, List.of(DESTRUCTIVE), List.of(BREAKS), true)).isEqualTo(7);
        assertThat(code(new Verdict.Contradictory(List.of("x")), List.of(DESTRUCTIVE), List.of(BREAKS), true))
                .isEqualTo(8);
    }

    @Test
    void everyVerdictHasItsCode() {
        History.Row row =
                new History.Row(5, "x", "SQL", "V5__x.sql", 1, LocalDateTime.parse("2026-01-01T00:00"), 1, false);
        assertThat(code(new Verdict.Empty(), List.of(HARMLESS), List.of(), false))
                .isEqualTo(4);
        assertThat(code(new Verdict.MadeByHand(), List.of(DESTRUCTIVE), List.of(), false))
                .isEqualTo(5);
        assertThat(code(new Verdict.Unlike(List.of("x")), List.of(), List.of(), false))
                .isEqualTo(7);
        assertThat(code(new Verdict.Foreign(List.of("x"), List.of()), List.of(), List.of(), true))
                .isEqualTo(7);
        assertThat(code(new Verdict.Failed(row), List.of(), List.of(), false)).isEqualTo(8);
        assertThat(code(new Verdict.Newer(6, 5, true), List.of(), List.of(), false))
                .isEqualTo(8);
        assertThat(CheckReport.exitCode(check(new Verdict.Newer(6, 5, true), List.of(), List.of()), false, true))
                .isEqualTo(0);
    }

    @Test
    void failuresHaveTheirCode() {
        assertThat(ExitCode.of(SchemaException.Kind.UNREACHABLE)).isEqualTo(3);
        assertThat(ExitCode.of(SchemaException.Kind.REFUSED)).isEqualTo(1);
        assertThat(ExitCode.of(SchemaException.Kind.FAILED)).isEqualTo(1);
    }

    private static int code(
            Verdict verdict, List<DeployCheck.Pending> pending, List<Difference> drift, boolean foreign) {
        return CheckReport.exitCode(check(verdict, pending, drift), foreign, false);
    }

    private static DeployCheck check(Verdict verdict, List<DeployCheck.Pending> pending, List<Difference> drift) {
        return new DeployCheck(new Survey("17", true, List.of(), List.of(), null, verdict), pending, drift);
    }

    private static Difference difference(Difference.Severity severity) {
        return new Difference(
                "threads", Difference.Kind.INDEX, "x", Difference.Change.MISSING, "btree (id)", null, severity);
    }
}
