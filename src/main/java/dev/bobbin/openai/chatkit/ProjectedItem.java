package dev.bobbin.openai.chatkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bobbin.document.Ids;
import dev.bobbin.document.JsonValue;
import dev.bobbin.openai.chatkit.Conversions.Element;
import dev.bobbin.problem.ProblemException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An item as a conversation has it: a message, or the call of a tool and its output. Other items have no such form. */
final class ProjectedItem {

    /** The types of items that have one. */
    static final List<String> TYPES = List.of("user_message", "assistant_message", "client_tool_call");

    private static final String MESSAGE = "msg_";
    private static final String CALL = "fc_";
    private static final String OUTPUT = "fco_";

    /** What OpenAI's models accept as an id, after a prefix. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]*");

    /** The hyphen stands before an id in Base64, since it was not plain. */
    private static final Pattern PREFIXED = Pattern.compile("(?:msg|fc|fco)_(?:-(?<encoded>.+)|(?<plain>.+))");

    private static final Pattern INDEX = Pattern.compile("\\d{1,9}");

    private ProjectedItem() {}

    /** The items of a row, in their order. */
    static List<Element> of(Stored row) {
        JsonValue document = row.value();
        if (row.type().equals("client_tool_call")) {
            return clientToolCall(row.id(), document);
        }
        boolean user = row.type().equals("user_message");
        String id = id(MESSAGE, row.id());
        Converted message = item(id, "message")
                .text("role", user ? "user" : "assistant")
                .text("status", "completed")
                .needs(document.member("content").isArray());
        message.array("content", () -> {
            if (user) {
                userMessage(document, message);
            } else {
                assistantMessage(document, message);
            }
        });
        return List.of(new Element(id, message));
    }

    private static Converted item(String id, String type) {
        return new Converted().text("id", id).text("type", type);
    }

    private static void userMessage(JsonValue document, Converted to) {
        String quoted = document.member("quoted_text").string();
        if (quoted != null && !quoted.isEmpty()) {
            to.element(() -> to.text("type", "input_text").text("text", "> " + quoted.replace("\n", "\n> ")));
        }
        to.elements(document.member("content"), HostedItem::isInput, part -> to.text("type", "input_text")
                .required("text", part.member("text")));
        to.elements(document.member("attachments"), HostedItem::isAttachment, attachment -> {
            JsonValue url = attachment.member("preview_url");
            if (url.text().startsWith("\"data:", url.start())) {
                to.text("type", "input_image").required("image_url", url).text("detail", "auto");
            } else {
                to.text("type", "input_file").required("filename", attachment.member("name"));
            }
        });
    }

    private static void assistantMessage(JsonValue document, Converted to) {
        to.elements(document.member("content"), HostedItem::isOutput, part -> to.text("type", "output_text")
                .required("text", part.member("text"))
                .array("annotations", () -> part.member("annotations")
                        .forEach(annotation -> citation(annotation, to))));
    }

    private static void citation(JsonValue annotation, Converted to) {
        JsonValue source = annotation.member("source");
        if (!"url".equals(source.member("type").string())
                || !source.member("url").isString()) {
            return;
        }
        String sent = annotation.member("index").json();
        String index = INDEX.matcher(sent).matches() ? sent : "0";
        to.element(() -> to.text("type", "url_citation")
                .required("url", source.member("url"))
                .required("title", source.member("title"))
                .member("start_index", index)
                .member("end_index", index));
    }

    private static List<Element> clientToolCall(String rowId, JsonValue call) {
        List<Element> items = new ArrayList<>();
        String id = id(CALL, rowId);
        items.add(new Element(
                id,
                item(id, "function_call")
                        .required("call_id", call.member("call_id"))
                        .required("name", call.member("name"))
                        .serializedObject("arguments", call.member("arguments"))
                        .text("status", "completed")));
        if (HostedItem.isCompleted(call)) {
            String outputId = id(OUTPUT, rowId);
            items.add(new Element(
                    outputId,
                    item(outputId, "function_call_output")
                            .required("call_id", call.member("call_id"))
                            .serialized("output", call.member("output"))
                            .text("status", "completed")));
        }
        return items;
    }

    private static String id(String prefix, String rowId) {
        if (!PLAIN.matcher(rowId).matches()) {
            return prefix + '-' + Base64.getUrlEncoder().withoutPadding().encodeToString(rowId.getBytes(UTF_8));
        }
        return rowId.startsWith(prefix) ? rowId : prefix + rowId;
    }

    /** The ids that a row may have which has an item with this id, the likeliest first. */
    static List<String> rowIds(String id) {
        List<String> ids = new ArrayList<>(List.of(id));
        Matcher prefixed = PREFIXED.matcher(id);
        if (prefixed.matches()) {
            String encoded = prefixed.group("encoded");
            try {
                ids.add(
                        encoded == null
                                ? prefixed.group("plain")
                                : Ids.check(
                                        "id", new String(Base64.getUrlDecoder().decode(encoded), UTF_8)));
            } catch (IllegalArgumentException | ProblemException other) {
                // not made here
                return ids;
            }
        }
        return ids;
    }
}
