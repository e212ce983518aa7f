package dev.bobbin.openai.chatkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.openai.chatkit.Conversions.Element;
import dev.bobbin.page.Place;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectedItemTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
            user_message|{"content":[{"type":"input_text","text":"a\\u00e9"},{"type":"input_tag","id":"t","text":"@ann","data":{}}],"quoted_text":"one\\ntwo","attachments":[]}|{"id":"msg_i1","type":"message","role":"user","status":"completed","content":[{"type":"input_text","text":"> one\\n> two"},{"type":"input_text","text":"a\\u00e9"},{"type":"input_text","text":"@ann"}]}
            user_message|{"content":[],"attachments":[{"type":"file","id":"f","name":"n.pdf","mime_type":"m"},{"type":"image","id":"i","name":"n","mime_type":"m","preview_url":"data:x"},{"type":"image","id":"i","name":"n.png","mime_type":"m","preview_url":"https://x"}]}|{"id":"msg_i1","type":"message","role":"user","status":"completed","content":[{"type":"input_file","filename":"n.pdf"},{"type":"input_image","image_url":"data:x","detail":"auto"},{"type":"input_file","filename":"n.png"}]}
            assistant_message|{"content":[{"type":"output_text","text":"x","annotations":[{"source":{"type":"file","title":"t","filename":"f"}},{"source":{"type":"url","title":"t","url":"u"},"index":3},{"source":{"type":"url","title":"t","url":"u"},"index":null}]}]}|{"id":"msg_i1","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"x","annotations":[{"type":"url_citation","url":"u","title":"t","start_index":3,"end_index":3},{"type":"url_citation","url":"u","title":"t","start_index":0,"end_index":0}]}]}
            client_tool_call|{"status":"pending","call_id":"c","name":"n","arguments":{ "a" : 1.50 }}|{"id":"fc_i1","type":"function_call","call_id":"c","name":"n","arguments":"{\\"a\\":1.50}","status":"completed"}
            client_tool_call|{"status":"completed","call_id":"c","name":"n","arguments":{},"output":{"b" : 1e2}}|{"id":"fc_i1","type":"function_call","call_id":"c","name":"n","arguments":"{}","status":"completed"},{"id":"fco_i1","type":"function_call_output","call_id":"c","output":"{\\"b\\":1e2}","status":"completed"}
            client_tool_call|{"status":"completed","call_id":"c","name":"n","arguments":{}}|{"id":"fc_i1","type":"function_call","call_id":"c","name":"n","arguments":"{}","status":"completed"},{"id":"fco_i1","type":"function_call_output","call_id":"c","output":"null","status":"completed"}
            """)
    void everyTypeHasItsForm(String type, String document, String expected) {
        List<Element> items = ProjectedItem.of(HostedItemTest.stored(type, document));
        assertThat(items).allMatch(item -> item.object().isComplete());
        assertThat(items.stream().map(item -> item.object().end().toString()).collect(Collectors.joining(",")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"content\":[7,{}],\"arguments\":null,\"call_id\":null}", "no JSON", ""})
    void whatADocumentLacksIsReplaced(String document) {
        for (String type : ProjectedItem.TYPES) {
            for (Element item : ProjectedItem.of(HostedItemTest.stored(type, document))) {
                assertThat(item.object().isComplete()).as(type).isFalse();
                assertThat(new JsonObject(item.object().end()).getString("id")).isEqualTo(item.id());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "msg_1",
                "fc_1",
                "fco_1",
                "abc",
                "-",
                "a b",
                "a/é",
                "msg_",
                "fc_-YQ",
                "__fake_id__",
                "msg_a:b",
                "_"
            })
    void idsAreThoseOfTheirTypeAndLeadBackToTheirRow(String rowId) {
        Place place = HostedItemTest.stored("", "").place();
        for (String type : ProjectedItem.TYPES) {
            Buffer document = Buffer.buffer("{\"status\":\"completed\"}");
            List<Element> items = ProjectedItem.of(new Stored(rowId, type, place, 1, document));
            assertThat(items).hasSize(type.equals("client_tool_call") ? 2 : 1);
            for (Element item : items) {
                assertThat(item.id()).matches("(msg|fc|fco)_[A-Za-z0-9_-]*");
                assertThat(ProjectedItem.rowIds(item.id())).contains(rowId);
            }
        }
    }

    @Test
    void anIdOfItsTypeStays() {
        String document = "{\"content\":[]}";
        Place place = HostedItemTest.stored("", "").place();
        Stored row = new Stored("msg_0a", "assistant_message", place, 1, Buffer.buffer(document));
        assertThat(ProjectedItem.of(row).get(0).id()).isEqualTo("msg_0a");
    }

    @Test
    void anIdThatWasNotMadeHereIsOnlyItself() {
        assertThat(ProjectedItem.rowIds("msg_-%%")).containsExactly("msg_-%%");
        assertThat(ProjectedItem.rowIds("msg_-AA")).containsExactly("msg_-AA");
        assertThat(ProjectedItem.rowIds("other")).containsExactly("other");
    }
}
