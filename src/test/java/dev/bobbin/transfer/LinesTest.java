package dev.bobbin.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.owner.Owner;
import dev.bobbin.problem.ProblemException;
import io.vertx.core.buffer.Buffer;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {

    private static final OffsetDateTime CREATED = OffsetDateTime.parse("2026-01-02T03:04:05.000007Z");
    private static final OffsetDateTime UPDATED = OffsetDateTime.parse("2026-11-27T12:00:00Z");
    private static final OffsetDateTime NOW = OffsetDateTime.parse("2027-01-01T00:00:00Z");

    @Test
    void aLineHasWhatTheDocumentDoesNotSay() {
        ExportRow thread = new ExportRow(
                Section.THREAD, "thr_\"1", null, null, "notes", true, CREATED, UPDATED, 7, doc("{\"a\" : 1.0}"));
        assertThat(line(thread))
                .isEqualTo("{\"type\":\"thread\",\"cursor\":\"" + thread.place().cursor()
                        + "\",\"id\":\"thr_\\\"1\",\"kind\":\"notes\",\"archived\":true,"
                        + "\"created_at\":\"2026-01-02T03:04:05.000007Z\",\"updated_at\":\"2026-11-27T12:00:00.000000Z\","
                        + "\"document\":{\"a\" : 1.0}}\n");
        ExportRow item = item("{}");
        assertThat(line(item))
                .startsWith(
                        "{\"type\":\"item\",\"cursor\":\"" + item.place().cursor()
                                + "\",\"thread_id\":\"thr_1\",\"id\":\"msg_1\",\"kind\":\"chatkit\",\"role\":\"tool\",\"created_at\":");
        ExportRow attachment =
                new ExportRow(Section.ATTACHMENT, "atc_1", null, null, null, false, CREATED, UPDATED, 9, doc("{}"));
        assertThat(line(attachment))
                .startsWith("{\"type\":\"attachment\",\"cursor\":\""
                        + attachment.place().cursor() + "\",\"id\":\"atc_1\",\"created_at\":");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"widget\",\"n\":1.00,\"t\":\"\u2028 \\u0000 \\ud800 é 😀\"}",
                " {\n  \"type\" : \"widget\",\r\n \"t\": \"a\\nb\\\\\" }\n",
                "{\"type\":\"widget\"}\r"
            })
    void aDocumentComesBackByteForByte(String document) {
        String line = line(item(document));
        assertThat(line.substring(0, line.length() - 1)).doesNotContain("\n", "\r");
        ImportRow row = row(line.strip());
        assertThat(row.document().text()).isEqualTo(document);
        assertThat(row)
                .extracting(ImportRow::section, ImportRow::threadId, ImportRow::id, ImportRow::kind)
                .containsExactly(Section.ITEM, "thr_1", "msg_1", "chatkit");
        assertThat(row)
                .extracting(ImportRow::createdAt, ImportRow::updatedAt, ImportRow::type, ImportRow::role)
                .containsExactly(CREATED, UPDATED, "widget", "tool");
    }

    @Test
    void aDocumentMayNestAsDeepInALineAsInABody() {
        String deep = "{\"type\":\"x\",\"a\":" + "[".repeat(999) + "]".repeat(999) + "}";
        assertThat(row(line(item(deep)).strip()).document().text()).isEqualTo(deep);
        String deeper = "{\"type\":\"x\",\"a\":" + "[".repeat(1000) + "]".repeat(1000) + "}";
        assertThatThrownBy(() -> row(line(item(deeper)).strip())).isInstanceOf(ProblemException.class);
    }

    @Test
    void whatALineLeavesOutComesFromItsDocument() {
        ImportRow item =
                row("{\"type\":\"item\",\"document\":{\"id\":\"m\",\"thread_id\":\"t\",\"type\":\"user_message\","
                        + "\"created_at\":\"2026-01-02T03:04:05.000007\",\"content\":[{\"text\":\"hi\"}]}}");
        assertThat(item.threadId()).isEqualTo("t");
        assertThat(item.id()).isEqualTo("m");
        assertThat(item.createdAt()).isEqualTo(CREATED);
        assertThat(item.updatedAt()).isEqualTo(NOW);
        assertThat(item.role()).isEqualTo("user");
        assertThat(item.document().plainText()).isEqualTo("hi");
        ImportRow thread = row("{\"type\":\"thread\",\"document\":{\"id\":\"t\",\"title\":\"T\"}}");
        assertThat(thread.kind()).isEqualTo("chatkit");
        assertThat(thread.archived()).isFalse();
        assertThat(thread.createdAt()).isEqualTo(NOW);
        assertThat(thread.document().string("title")).isEqualTo("T");
    }

    @Test
    void itemsOfConversationsAreReadAsSuch() {
        ImportRow item = row(
                "{\"type\":\"item\",\"id\":\"m\",\"thread_id\":\"t\",\"kind\":\"conversation\",\"document\":"
                        + "{\"type\":\"message\",\"role\":\"developer\",\"created_at\":\"none\",\"thread_id\":1,\"content\":\"x\"}}");
        assertThat(item.type()).isEqualTo("message");
        assertThat(item.role()).isEqualTo("developer");
        assertThat(item.document().plainText()).isEqualTo("x");
    }

    @Test
    void aHeaderAndAnEndAreRead() {
        ExportHeader header = new ExportHeader(new Owner("a\"b", "u"), UPDATED);
        assertThat(read(header.line().strip())).isEqualTo(new ImportLine.Header("a\"b", "u"));
        Counts counts = new Counts(1, 2, 3);
        assertThat(read(counts.endLine().strip())).isEqualTo(new ImportLine.End(counts));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    [] | it must be a JSON object
                    {"bobbin_export":2} | version 1
                    {} | its type must be
                    {"type":"thread"} | neither a document nor a text
                    {"type":"thread","document":{}} | it has no id
                    {"type":"thread","document":[]} | must be a JSON object
                    {"type":"thread","document":{"id":"a\\u0000"}} | control characters
                    {"type":"thread","id":"a","document":{"id":"b"}} | its id is a
                    {"type":"thread","id":7,"document":{}} | its id must be a string
                    {"type":"thread","id":"a","kind":"A b","document":{}} | kind must be a word
                    {"type":"thread","id":"a","created_at":"now","document":{}} | its created_at
                    {"type":"thread","id":"a","text":"{\\"a\\":\\"\\ud800\\"}"} | lone surrogate
                    {"type":"thread","id":"a","text":"{\\"a\\":\\"\\u0000\\"}"} | CTRL-CHAR
                    {"type":"thread","id":"a","text":"{"} | end-of-input
                    {"type":"item","document":{"id":"a","type":"x"}} | no thread_id
                    {"type":"item","document":{"id":"a","thread_id":"t"}} | must have a type
                    {"type":"end"} | its threads must be a number
                    """)
    void anyOtherLineIsRefused(String line, String reason) {
        assertThatThrownBy(() -> read(line))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aCursorIsAPlaceAndNothingElse() {
        for (ExportPlace place : new ExportPlace[] {
            ExportPlace.startOf(Section.THREAD), new ExportPlace(Section.ITEM, "thr_é😀", CREATED, Long.MAX_VALUE)
        }) {
            assertThat(ExportPlace.of(place.cursor())).isEqualTo(place);
        }
        for (String other : new String[] {"", "x", "=", "AQ", "AgAAAAAAAAAAAAAAAAAAAAAA", "AQkAAAAAAAAAAAAAAAAAAAAA"}) {
            assertThatThrownBy(() -> ExportPlace.of(other)).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void aBatchHasOneSectionAndNoKeyTwice() {
        ImportBatch batch = new ImportBatch();
        ImportRow item = row(line(item("{\"type\":\"x\"}")).strip());
        assertThat(batch.add(item)).isTrue();
        assertThat(batch.add(item)).isFalse();
        assertThat(batch.add(row("{\"type\":\"thread\",\"id\":\"t\",\"document\":{}}")))
                .isFalse();
        assertThat(batch.size()).isOne();
    }

    private static ExportRow item(String document) {
        return new ExportRow(
                Section.ITEM, "msg_1", "thr_1", "tool", "chatkit", false, CREATED, UPDATED, 8, doc(document));
    }

    private static Buffer doc(String text) {
        return Buffer.buffer(text);
    }

    private static String line(ExportRow row) {
        Buffer line = Buffer.buffer();
        row.line().forEach(line::appendBuffer);
        return line.toString();
    }

    private static ImportLine read(String line) {
        return ImportLine.read(line, NOW);
    }

    private static ImportRow row(String line) {
        return ((ImportLine.Row) read(line)).row();
    }
}
