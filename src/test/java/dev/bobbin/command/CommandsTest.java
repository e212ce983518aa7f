package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is understood of a command line, before any database is asked. */
class CommandsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "info", "check", "migrate", "stamp", "repair", "drift", "sync", "stats", "usage", "prune", "erase"
            })
    void everyCommandExplainsItselfAndItsExitCodes(String command) {
        assertThat(run("db", command, "--help")).isZero();
        assertThat(out.toString())
                .contains("bobbin db " + command, "--json", "Exit codes:", "0   fine", "3   the database");
        assertThat(err.toString()).isEmpty();
        String byOption = out.toString();
        out.getBuffer().setLength(0);
        assertThat(run("db", "help", command)).isZero();
        assertThat(out.toString()).isEqualTo(byOption);
    }

    @Test
    void checkNamesAllItsExitCodes() {
        run("db", "check", "--help");
        assertThat(out.toString().lines().filter(line -> line.matches("  \\d   .*")))
                .extracting(line -> line.strip().substring(0, 1))
                .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"migrate", "stamp", "repair", "sync", "prune", "erase"})
    void whatChangesSomethingCanBeRunDry(String command) {
        run("db", command, "--help");
        assertThat(out.toString()).contains("--dry-run");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dbb info|dbb",
                "db|Missing required subcommand",
                "db reset|reset",
                "db clean|clean",
                "db info --dry-run|--dry-run",
                "db stamp --version|--version",
                "db stamp --version two|two",
                "db info more|more",
            })
    void whatIsNotUnderstoodIsWrongUsage(String line, String named) {
        assertThat(run(line.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(named);
        assertThat(out.toString()).isEmpty();
    }

    private int run(String... arguments) {
        CommandLine line = Commands.commandLine(List.of());
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .execute(arguments);
    }
}
