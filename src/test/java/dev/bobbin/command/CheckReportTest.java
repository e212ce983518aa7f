package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.database.RowSecurity;
import dev.bobbin.schema.DeployCheck;
import dev.bobbin.schema.Difference;
import dev.bobbin.schema.Fact;
import dev.bobbin.schema.RowSecurityCheck;
import dev.bobbin.schema.SchemaException;
import dev.bobbin.schema.SchemaInspection;
import dev.bobbin.schema.SchemaState;
import dev.bobbin.schema.SchemaState.Condition;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which exit code a finding has, and that of several the highest wins. */
class CheckReportTest {

    private static final DeployCheck.Pending HARMLESS = new DeployCheck.Pending(9, "more", false, null, List.of());

    private static final DeployCheck.Pending DESTRUCTIVE =
            new DeployCheck.Pending(10, "less", true, "drops more", List.of());

    private static final Difference BREAKS = difference(Difference.Severity.BREAKING);

    private static final Difference BREAKS_NOTHING = difference(Difference.Severity.HARMLESS);

    private static final SchemaState OURS = state(Condition.UP_TO_DATE, null);

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
        assertThat(code(state(Condition.CONTRADICTORY, "x"), List.of(DESTRUCTIVE), List.of(BREAKS), true))
                .isEqualTo(8);
    }

    @Test
    void everyStateHasItsCode() {
        Map<Condition, Integer> codes = new EnumMap<>(Condition.class);
        for (Condition condition : Condition.values()) {
            codes.put(condition, code(state(condition, "x"), List.of(), List.of(), false));
        }
        assertThat(codes)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        Condition.EMPTY, 0,
                        Condition.UP_TO_DATE, 0,
                        Condition.PENDING, 0,
                        Condition.MADE_BY_HAND, 0,
                        Condition.UNLIKE, 7,
                        Condition.FOREIGN, 7,
                        Condition.NEWER, 8,
                        Condition.COMPATIBLE, 0,
                        Condition.FAILED, 8,
                        Condition.CONTRADICTORY, 8));
        assertThat(code(state(Condition.EMPTY, null), List.of(HARMLESS), List.of(), false))
                .isEqualTo(4);
        assertThat(code(state(Condition.MADE_BY_HAND, null), List.of(DESTRUCTIVE), List.of(), false))
                .isEqualTo(5);
    }

    @Test
    void failuresHaveTheirCode() {
        assertThat(ExitCode.of(SchemaException.Kind.UNREACHABLE)).isEqualTo(3);
        assertThat(ExitCode.of(SchemaException.Kind.REFUSED)).isEqualTo(1);
        assertThat(ExitCode.of(SchemaException.Kind.FAILED)).isEqualTo(1);
    }

    private static SchemaState state(Condition condition, @Nullable String refusal) {
        return new SchemaState(condition, List.of(), refusal);
    }

    private static int code(
            SchemaState state, List<DeployCheck.Pending> pending, List<Difference> drift, boolean foreign) {
        return CheckReport.exitCode(check(state, pending, drift), foreign);
    }

    private static DeployCheck check(SchemaState state, List<DeployCheck.Pending> pending, List<Difference> drift) {
        RowSecurityCheck off = new RowSecurityCheck(RowSecurity.OFF, "app", false, List.of(), List.of(), null);
        return new DeployCheck(new SchemaInspection(true, List.of(), List.of(), null, state), pending, drift, off);
    }

    private static Difference difference(Difference.Severity severity) {
        return new Difference("threads", Fact.Kind.INDEX, "x", Difference.Change.MISSING, "btree (id)", null, severity);
    }
}
