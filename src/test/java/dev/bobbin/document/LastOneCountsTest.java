package dev.bobbin.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.problem.ProblemException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Of members that stand there twice the last one counts, in all that is taken from a document, whatever they are. */
class LastOneCountsTest {

    private static final List<String> VALUES = List.of(
            "null",
            "\"text\"",
            "\"2026-01-01T00:00:00\"",
            "\"no time\"",
            "3",
            "1e999",
            "true",
            "[]",
            "[1,{\"a\":[2]}]",
            "[{\"type\":\"input_text\",\"text\":\"a\"}]",
            "{}",
            "{\"a\":1}",
            "{\"type\":\"locked\",\"data\":[1]}",
            "{\"type\":7}");

    static Stream<Arguments> members() {
        return Stream.of(Kind.values()).flatMap(kind -> Stream.of(
                        "id",
                        "thread_id",
                        "type",
                        "title",
                        "name",
                        "mime_type",
                        "created_at",
                        "status",
                        "metadata",
                        "content",
                        "copy_text",
                        "items",
                        "anything")
                .map(member -> Arguments.of(kind, member)));
    }

    @ParameterizedTest
    @MethodSource("members")
    void ofMembersOfADocument(Kind kind, String member) {
        for (String first : VALUES) {
            for (String last : VALUES) {
                same(kind, "{\"%s\":%s,\"%s\":%s}".formatted(member, first, member, last), "{\"%s\":%s}", member, last);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nested")
    void ofMembersOfAMember(Kind kind, String around) {
        for (String first : VALUES) {
            for (String last : VALUES) {
                String member = around.contains("text") ? "text" : "type";
                same(
                        kind,
                        around.formatted("\"%s\":%s,\"%s\":%s".formatted(member, first, member, last)),
                        around,
                        "\"%s\":%s".formatted(member, last));
            }
        }
    }

    static Stream<Arguments> nested() {
        return Stream.of(
                Arguments.of(Kind.THREAD, "{\"status\":{%s}}"),
                Arguments.of(Kind.ITEM, "{\"content\":[{\"type\":\"input_text\",\"text\":\"before\"},{%s}]}"));
    }

    private static void same(Kind kind, String twice, String template, Object... once) {
        assertThat(taken(kind, twice)).as(twice).isEqualTo(taken(kind, template.formatted(once)));
    }

    /** All but the text, which is verbatim; or why it was refused. */
    private static List<Object> taken(Kind kind, String json) {
        try {
            Document document = DocumentReader.read(kind, json);
            return Arrays.asList(document.strings(), document.createdAt(), document.plainText());
        } catch (ProblemException refused) {
            return List.of(refused.type(), refused.detail());
        }
    }
}
