package dev.bobbin.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.document.JsonValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplatesTest {

    private final Templates templates = new Templates();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPageWithoutASessionLinksToNoOther(boolean failed) {
        String page = templates.render("sign-in", Map.of("failed", failed, "assets", "v1"));
        assertThat(page).contains("console.css?v=v1", "name=\"key\"").doesNotContain("<nav", "form_token");
        assertThat(page.contains("role=\"alert\"")).isEqualTo(failed);
    }

    @Test
    void valuesAreEscapedWhereverTheyAre() {
        String hostile = "\"'><script>{formToken}";
        String page = templates.render(
                "wake",
                Map.of(
                        "path", "/console/threads",
                        "state", hostile,
                        "parameters", List.of(Map.entry(hostile, hostile)),
                        "formToken", hostile,
                        "assets", hostile));
        assertThat(page).doesNotContain("<script>").contains("&quot;&#39;&gt;&lt;script&gt;{formToken}");
    }

    @Test
    void anItemOfAnUnknownTypeIsShownWhole() {
        TranscriptItem item = item(
                "\"type\":\"new_type\"",
                "{\"id\":\"m\",\"type\":\"new_type\",\"n\":1.50,\"empty\":[],\"a\":{\"b\":[1,{}]}}");
        assertThat(item.speaker()).isEqualTo("New type");
        assertThat(item.side()).isEqualTo("other");
        assertThat(item.parts())
                .containsExactly(
                        new TranscriptItem.Part("field", "n", "1.50"),
                        new TranscriptItem.Part("json", "a", "{\n  \"b\": [\n    1,\n    {}\n  ]\n}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"content\":null}",
                "{\"content\":[[]]}",
                "{\"content\":[{\"text\":null}]}",
                "{\"content\":{}}",
                "{\"attachments\":[1]}",
                "{\"role\":\"\"}",
                "{\"content\":\"\\\\\\\"{[\"}"
            })
    void whateverIsStoredIsShown(String document) {
        for (String type : List.of("\"type\":null", "\"type\":\"\"", "\"type\":\"message\"", "\"type\":\"widget\"")) {
            assertThat(item(type, document).document()).isEqualTo(document);
        }
    }

    @Test
    void jsonIsIndentedAsItIsSpelled() {
        assertThat(TranscriptItem.indented(" {\"a\\\"{\" : 1.0 , \"b\":[ ] } "))
                .isEqualTo("{\n  \"a\\\"{\": 1.0,\n  \"b\": []\n}");
        assertThat(TranscriptItem.indented("[".repeat(500) + "]".repeat(500))).hasSizeLessThan(50_000);
    }

    private static TranscriptItem item(String type, String document) {
        return TranscriptItem.of(JsonValue.read("{\"id\":\"m\",\"at\":\"2026-01-01 00:00:00\",\"bytes\":"
                + document.length() + "," + type + ",\"document\":" + document + "}"));
    }
}
