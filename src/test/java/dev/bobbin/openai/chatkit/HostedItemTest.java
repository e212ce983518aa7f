package dev.bobbin.openai.chatkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.page.Place;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of conversions. Members that every item has are left out of what is expected. */
class HostedItemTest {

    private static final Place PLACE = new Place(OffsetDateTime.parse("1969-12-31T23:59:59.5Z"), 1);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            nullValues = "-",
            textBlock =
                    """
            user_message|{"content":[{"type":"input_text","text":"a\\u00e9\\""}],"attachments":[],"quoted_text":null,"inference_options":{"model":null,"tool_choice":null}}|{"type":"chatkit.user_message","content":[{"type":"input_text","text":"a\\u00e9\\""}],"attachments":[],"inference_options":null}
            user_message|{"content":[{"type":"input_tag","id":"t","text":"@ann","data":{},"interactive":false}],"quoted_text":"before","inference_options":{"model":"m"}}|{"type":"chatkit.user_message","content":[{"type":"quoted_text","text":"before"},{"type":"input_text","text":"@ann"}],"attachments":[],"inference_options":{"model":"m","tool_choice":null}}
            user_message|{"content":[],"quoted_text":"","attachments":[{"type":"file","id":"f","name":"n","mime_type":"m","metadata":{"secret":1}},{"type":"image","id":"i","name":"n","mime_type":"m","preview_url":"data:x"}],"inference_options":{"tool_choice":{"id":"search"}}}|{"type":"chatkit.user_message","content":[],"attachments":[{"type":"file","id":"f","name":"n","mime_type":"m","preview_url":null},{"type":"image","id":"i","name":"n","mime_type":"m","preview_url":"data:x"}],"inference_options":{"model":null,"tool_choice":{"id":"search"}}}
            assistant_message|{"content":[{"type":"output_text","text":"x","annotations":[{"type":"annotation","source":{"type":"file","title":"t","filename":"f"},"index":3},{"source":{"type":"url","title":"t","url":"u"}},{"source":{"type":"entity","id":"e","title":"t","data":{}}}]},{"type":"output_text","text":""}]}|{"type":"chatkit.assistant_message","content":[{"type":"output_text","text":"x","annotations":[{"type":"file","source":{"type":"file","filename":"f"}},{"type":"url","source":{"type":"url","url":"u"}}]},{"type":"output_text","text":"","annotations":[]}]}
            client_tool_call|{"status":"pending","call_id":"c","name":"n","arguments":{ "a" : 1.50, "b":[ ] }}|{"type":"chatkit.client_tool_call","status":"in_progress","call_id":"c","name":"n","arguments":"{\\"a\\":1.50,\\"b\\":[]}","output":null}
            client_tool_call|{"status":"completed","call_id":"c","name":"n","arguments":{},"output":[1E+2, "x y"]}|{"type":"chatkit.client_tool_call","status":"completed","call_id":"c","name":"n","arguments":"{}","output":"[1E+2,\\"x y\\"]"}
            client_tool_call|{"status":"completed","call_id":"c","name":"n","arguments":{},"output":"text"}|{"type":"chatkit.client_tool_call","status":"completed","call_id":"c","name":"n","arguments":"{}","output":"\\"text\\""}
            client_tool_call|{"status":"completed","call_id":"c","name":"n","arguments":{},"output":null}|{"type":"chatkit.client_tool_call","status":"completed","call_id":"c","name":"n","arguments":"{}","output":null}
            widget|{"widget":{"type":"Card", "size":1.0},"copy_text":"x"}|{"type":"chatkit.widget","widget":"{\\"type\\":\\"Card\\",\\"size\\":1.0}"}
            task|{"task":{"type":"custom","title":"t","content":"c","status_indicator":"none"}}|{"type":"chatkit.task","task_type":"custom","heading":"t","summary":"c"}
            task|{"task":{"type":"thought","content":"c"}}|{"type":"chatkit.task","task_type":"thought","heading":null,"summary":"c"}
            task|{"task":{"type":"web_search","title":"t","title_query":"q","queries":["r"]}}|{"type":"chatkit.task","task_type":"custom","heading":"t","summary":"q"}
            task|{"task":{"type":"web_search","title_query":null,"queries":["r","s"]}}|{"type":"chatkit.task","task_type":"custom","heading":null,"summary":"r, s"}
            task|{"task":{"type":"web_search","queries":[]}}|{"type":"chatkit.task","task_type":"custom","heading":null,"summary":null}
            task|{"task":{"type":"file","title":"t","sources":[]}}|{"type":"chatkit.task","task_type":"custom","heading":"t","summary":null}
            workflow|{"workflow":{"type":"reasoning","tasks":[{"type":"thought","title":"t","content":"c"},{"type":"image"}],"summary":{"duration":3},"expanded":false}}|{"type":"chatkit.task_group","tasks":[{"type":"thought","heading":"t","summary":"c"},{"type":"custom","heading":null,"summary":null}]}
            """)
    void everyTypeHasItsForm(String type, String document, String expected) {
        Converted item = HostedItem.of("thr_1", stored(type, document));
        assertThat(item.isComplete()).isTrue();
        assertThat(item.end().toString())
                .isEqualTo(
                        "{\"id\":\"i1\",\"object\":\"chatkit.thread_item\",\"created_at\":-1,\"thread_id\":\"thr_1\","
                                + expected.substring(1));
    }

    /** Whatever is wrong, the item has what clients read, and the page that it is on is JSON. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"content\":\"text\",\"widget\":7,\"task\":[],\"workflow\":\"x\"}",
                "{\"content\":[7,null,\"x\",[],{},{\"type\":\"input_text\"},{\"type\":\"output_text\",\"text\":7}],"
                        + "\"attachments\":[{\"id\":\"a\"}],\"arguments\":7,\"call_id\":7,\"task\":{\"type\":\"new\"},"
                        + "\"workflow\":{\"tasks\":[{\"type\":\"new\"}]}}",
                "no JSON",
                ""
            })
    void whatADocumentLacksIsReplaced(String document) {
        for (String type : HostedItem.TYPES) {
            Converted item = HostedItem.of("thr_1", stored(type, document));
            assertThat(item.isComplete()).as(type).isFalse();
            JsonObject json = new JsonObject(item.end());
            for (String name : List.of("type", "widget", "call_id", "name", "arguments", "status", "task_type")) {
                assertThat(json.getValue(name, "absent")).as(type + " " + name).isInstanceOf(String.class);
            }
            for (String name : List.of("content", "attachments", "tasks")) {
                assertThat(json.getJsonArray(name, new io.vertx.core.json.JsonArray()))
                        .as(type + " " + name)
                        .isEmpty();
            }
        }
    }

    @Test
    void quotesWithinAWidgetStayWhatTheyAre() {
        Converted item = HostedItem.of("t\"1", stored("widget", "{\"widget\":{\"a\":\"\\\"\\n\\u0000 \\ud800\"}}"));
        String widget = new JsonObject(item.end()).getString("widget");
        assertThat(widget).isEqualTo("{\"a\":\"\\\"\\n\\u0000 \\ud800\"}");
    }

    static Stored stored(String type, String document) {
        return new Stored("i1", type, PLACE, document.length(), Buffer.buffer(document));
    }
}
