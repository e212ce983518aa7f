package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How reports look. */
class TextPrinterTest {

    @Test
    void columnsAreAlignedAndNumbersStandAtTheirRight() {
        assertThat(print(
                        false,
                        page -> page.table(TextTable.of("type", ">items", "remark")
                                .row("task", "1,200", "x")
                                .row("user_message 😀", "7", null))))
                .isEqualTo(
                        """
                          type            items  remark
                          task            1,200  x
                          user_message 😀      7
                        """);
    }

    @Test
    void sectionsHaveHeadingsAndAnEmptyLineBetween() {
        assertThat(print(false, page -> {
                    page.heading("One");
                    page.facts("url", "here", "direct url", null, "connected in", "5 ms");
                    page.heading("Two");
                    page.items(List.of("first", "second"), "-");
                    page.verdict(Style.GOOD, "Done.");
                }))
                .isEqualTo(
                        """
                        One
                          url           here
                          connected in  5 ms

                        Two
                          - first
                          - second

                        Done.
                        """);
    }

    @Test
    void coloursAreForTerminalsOnly() {
        assertThat(print(true, page -> page.verdict(Style.FAILURE, "No."))).isEqualTo("\u001b[31mNo.\u001b[0m\n");
        assertThat(print(false, page -> page.verdict(Style.FAILURE, "No."))).isEqualTo("No.\n");
    }

    @Test
    void textsFromTheDatabaseCannotSteerTheTerminal() {
        assertThat(print(false, page -> page.table(TextTable.of("owner").row("evil\u001b[2J\u0007/\u202ex\ny"))))
                .isEqualTo("  owner\n  evil?[2J?/?x y\n");
        assertThat(print(false, page -> page.line("a\u001bb\nc"))).isEqualTo("a?b\nc\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 bytes",
        "1,1 byte",
        "1023,1023 bytes",
        "8192,8 kB",
        "1536,1.5 kB",
        "10240,10 kB",
        "1048576,1 MB",
        "5368709120,5 GB",
        "1610612736,1.5 GB"
    })
    void bytesHaveTheirUnit(long bytes, String words) {
        assertThat(Words.bytes(bytes)).isEqualTo(words.replace("1023", "1,023"));
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 ms",
        "999,999 ms",
        "1000,1.0 s",
        "2349,2.3 s",
        "59999,59.9 s",
        "60000,1 min",
        "185000,3 min 5 s",
        "7980000,2 h 13 min",
        "86400000,1 day",
        "352800000,4 days 2 h"
    })
    void timesAreInOneUnitOrTwo(long millis, String words) {
        assertThat(Words.duration(Duration.ofMillis(millis))).isEqualTo(words);
    }

    @Test
    void countsHaveTheirPlural() {
        assertThat(Words.count(1, "thread")).isEqualTo("1 thread");
        assertThat(Words.count(1200, "thread")).isEqualTo("1,200 threads");
    }

    private static String print(boolean colours, Consumer<TextPrinter> report) {
        StringWriter out = new StringWriter();
        report.accept(new TextPrinter(new PrintWriter(out, true), colours));
        return out.toString().replace("\r\n", "\n");
    }
}
