package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Help.Ansi;

/** How reports look. */
class TextPrinterTest {

    record Row(String type, long items, @Nullable String note, @Nullable String unused) {}

    record Place(String serverUrl, @Nullable String direct, boolean pooled, List<String> others) {}

    record Times(@Nullable String oldest) {}

    record Whole(Place database, long totalBytes, long milliseconds, Times times, List<Row> biggestRows) {}

    @Test
    void columnsAreAlignedAndNumbersStandAtTheirRight() {
        List<Row> rows = List.of(new Row("task", 1200, "x", null), new Row("user_message 😀", 7, null, null));
        assertThat(print(page -> page.section("Types", rows)))
                .isEqualTo(
                        """
                        Types
                          type             items  note
                          task             1,200  x
                          user_message 😀      7
                        """);
    }

    @Test
    void recordsWithinARecordAreSectionsAndWhatIsAbsentIsLeftOut() {
        Place place = new Place("here", null, false, List.of("a", "b"));
        Whole whole = new Whole(place, 1536, 2349, new Times(null), List.of(new Row("task", 1, null, null)));
        assertThat(print(page -> {
                    page.section("Everything", whole);
                    page.section("Nothing", List.of());
                    page.verdict(true, "Done.");
                }))
                .isEqualTo(
                        """
                        Everything
                          total bytes   1,536 bytes
                          milliseconds        2.3 s

                        Database
                          server url  here
                          pooled      no

                        Others
                          a
                          b

                        Biggest rows
                          type  items
                          task      1

                        Done.
                        """);
    }

    @Test
    void listsOfTextHaveOneColumn() {
        assertThat(print(page -> page.section("Tables", List.of("a", "bb")))).isEqualTo("Tables\n  a\n  bb\n");
    }

    @Test
    void coloursAreForTerminalsOnly() {
        assertThat(print(Ansi.ON, page -> page.verdict(false, "No."))).startsWith("\u001b[31mNo.\u001b[");
        assertThat(print(page -> page.verdict(false, "No."))).isEqualTo("No.\n");
    }

    @Test
    void textsFromTheDatabaseCannotSteerTheTerminal() {
        Row evil = new Row("evil\u001b[2J\u0007/\u202ex\ny", 1, null, null);
        assertThat(print(page -> page.section("Rows", List.of(evil)))).contains("  evil?[2J?/?x y      1\n");
        assertThat(print(page -> page.line("a\u001bb\nc"))).isEqualTo("a?b\nc\n");
        assertThat(print(page -> page.verdict(true, "a\u001bb"))).isEqualTo("a?b\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 bytes",
        "1023,'1,023 bytes'",
        "8192,'8,192 bytes'",
        "10240,10 kB",
        "1048576,'1,024 kB'",
        "5368709120,'5,120 MB'",
        "16106127360,15 GB"
    })
    void bytesHaveTheirUnit(long bytes, String words) {
        assertThat(TextPrinter.bytes(bytes)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 ms",
        "999,999 ms",
        "1000,1.0 s",
        "2349,2.3 s",
        "59999,59.9 s",
        "60000,1m",
        "185500,3m5s",
        "7980000,2h13m",
        "86400000,24h"
    })
    void timesHaveTheirUnit(long millis, String words) {
        assertThat(TextPrinter.duration(millis)).isEqualTo(words);
    }

    @Test
    void countsHaveTheirPlural() {
        assertThat(TextPrinter.count(1, "thread")).isEqualTo("1 thread");
        assertThat(TextPrinter.count(1200, "thread")).isEqualTo("1,200 threads");
    }

    private static String print(Consumer<TextPrinter> report) {
        return print(Ansi.OFF, report);
    }

    private static String print(Ansi ansi, Consumer<TextPrinter> report) {
        StringWriter out = new StringWriter();
        report.accept(new TextPrinter(new PrintWriter(out, true), ansi));
        return out.toString().replace("\r\n", "\n");
    }
}
