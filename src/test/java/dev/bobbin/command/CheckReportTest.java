package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.schema.DeployCheck;
import dev.bobbin.schema.Difference;
import dev.bobbin.schema.Fact;
import dev.bobbin.schema.History;
import dev.bobbin.schema.SchemaException;
import dev.bobbin.schema.SchemaInspection;
import dev.bobbin.schema.SchemaState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which exit code a finding has, and that of several the highest wins. */
class CheckReportTest {

    private static final DeployCheck.Pending HARMLESS = new DeployCheck.Pending(9, "more", false, null, List.of());

    private static final DeployCheck.Pending DESTRUCTIVE =
            new DeployCheck.Pending(10, "less", true, "drops more", List.of());

    private static final Difference BREAKS = difference(Difference.Severity.BREAKING);

    private static final Difference BREAKS_NOTHING = difference(Difference.Severity.HARMLESS);

    private static final SchemaState OURS = SchemaState.ours(List.of());

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
        assertThat(code(SchemaState.contradictory("x", List.of("x")), List.of(DESTRUCTIVE), List.of(BREAKS), true))
                .isEqualTo(8);
    }

    @Test
    void everyStateHasItsCode() {
        History.Row row = new History.Row(5, "x", "SQL", "V5__x.sql", 1, "2026-01-01T00:00", 1, false);
        assertThat(code(SchemaState.empty(List.of()), List.of(HARMLESS), List.of(), false))
                .isEqualTo(4);
        assertThat(code(SchemaState.handMade(List.of()), List.of(DESTRUCTIVE), List.of(), false))
                .isEqualTo(5);
        assertThat(code(SchemaState.unlike("x", List.of("x")), List.of(), List.of(), false))
                .isEqualTo(7);
        assertThat(code(SchemaState.foreign("x", List.of("x"), List.of()), List.of(), List.of(), true))
                .isEqualTo(7);
        assertThat(code(SchemaState.failed("x", row), List.of(), List.of(), false))
                .isEqualTo(8);
        assertThat(code(SchemaState.newer("x", 6, 5, true, false), List.of(), List.of(), false))
                .isEqualTo(8);
        assertThat(code(SchemaState.newer("x", 6, 5, true, true), List.of(), List.of(), false))
                .isEqualTo(0);
    }

    @Test
    void failuresHaveTheirCode() {
        assertThat(ExitCode.of(SchemaException.Kind.UNREACHABLE)).isEqualTo(3);
        assertThat(ExitCode.of(SchemaException.Kind.REFUSED)).isEqualTo(1);
        assertThat(ExitCode.of(SchemaException.Kind.FAILED)).isEqualTo(1);
    }

    private static int code(
            SchemaState state, List<DeployCheck.Pending> pending, List<Difference> drift, boolean foreign) {
        return CheckReport.exitCode(check(state, pending, drift), foreign);
    }

    private static DeployCheck check(SchemaState state, List<DeployCheck.Pending> pending, List<Difference> drift) {
        return new DeployCheck(new SchemaInspection(true, List.of(), List.of(), null, state), pending, drift);
    }

    private static Difference difference(Difference.Severity severity) {
        return new Difference("threads", Fact.Kind.INDEX, "x", Difference.Change.MISSING, "btree (id)", null, severity);
    }
}
