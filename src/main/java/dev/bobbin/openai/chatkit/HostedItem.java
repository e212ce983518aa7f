package dev.bobbin.openai.chatkit;

import dev.bobbin.document.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An item as hosted ChatKit has it. Hidden context, and what ChatKit has only on its own servers, has no such form. */
final class HostedItem {

    /** The types of items that have one. */
    static final List<String> TYPES =
            List.of("user_message", "assistant_message", "client_tool_call", "widget", "task", "workflow");

    static final Set<String> INPUT = Set.of("input_text", "input_tag");

    private static final Set<String> TASKS = Set.of("custom", "thought", "web_search", "file", "image");

    /** The members that say what is cited, by the type of the source. */
    private static final Map<String, String> REFERENCES = Map.of("file", "filename", "url", "url");

    private HostedItem() {}

    static Converted of(String threadId, Stored item) {
        JsonValue document = item.value();
        Converted to = new Converted()
                .text("id", item.id())
                .text("object", "chatkit.thread_item")
                .member("created_at", item.createdAt())
                .text("thread_id", threadId);
        switch (item.type()) {
            case "user_message" -> userMessage(document, to);
            case "assistant_message" -> assistantMessage(document, to);
            case "client_tool_call" -> clientToolCall(document, to);
            case "widget" -> to.text("type", "chatkit.widget").serializedObject("widget", document.member("widget"));
            case "task" -> {
                JsonValue task = document.member("task");
                to.text("type", "chatkit.task").needs(isTask(task));
                task("task_type", task, to);
            }
            case "workflow" -> {
                JsonValue tasks = document.member("workflow").member("tasks");
                to.text("type", "chatkit.task_group").needs(tasks.isArray());
                to.array("tasks", () -> to.elements(tasks, HostedItem::isTask, task -> task("type", task, to)));
            }
            default -> throw new IllegalArgumentException(item.type());
        }
        return to;
    }

    private static void userMessage(JsonValue message, Converted to) {
        JsonValue quoted = message.member("quoted_text");
        to.text("type", "chatkit.user_message").array("content", () -> {
            if (isText(quoted)) {
                to.element(() -> to.text("type", "quoted_text").required("text", quoted));
            }
            to.needs(message.member("content").isArray());
            to.elements(message.member("content"), HostedItem::isInput, part -> to.text("type", "input_text")
                    .required("text", part.member("text")));
        });
        to.array(
                "attachments",
                () -> to.elements(message.member("attachments"), HostedItem::isAttachment, file -> {
                    boolean image = "image".equals(file.member("type").string());
                    to.text("type", image ? "image" : "file")
                            .required("id", file.member("id"))
                            .required("name", file.member("name"))
                            .required("mime_type", file.member("mime_type"))
                            .optional("preview_url", image ? file.member("preview_url") : JsonValue.NULL);
                }));
        JsonValue model = message.member("inference_options").member("model");
        JsonValue tool = message.member("inference_options").member("tool_choice");
        if (!model.isString() && !tool.member("id").isString()) {
            to.member("inference_options", "null");
            return;
        }
        to.object("inference_options", options -> {
            options.optional("model", model);
            if (tool.member("id").isString()) {
                options.object("tool_choice", choice -> choice.required("id", tool.member("id")));
            } else {
                options.member("tool_choice", "null");
            }
        });
    }

    private static void assistantMessage(JsonValue message, Converted to) {
        JsonValue content = message.member("content");
        to.text("type", "chatkit.assistant_message").needs(content.isArray());
        to.array(
                "content",
                () -> to.elements(content, HostedItem::isOutput, part -> to.text("type", "output_text")
                        .required("text", part.member("text"))
                        .array("annotations", () -> annotations(part.member("annotations"), to))));
    }

    /** Entities have no such form. */
    private static void annotations(JsonValue annotations, Converted to) {
        annotations.forEach(annotation -> {
            JsonValue source = annotation.member("source");
            String type = String.valueOf(source.member("type").string());
            String reference = REFERENCES.getOrDefault(type, "");
            if (source.member(reference).isString()) {
                to.element(() -> to.text("type", type).object("source", from -> from.text("type", type)
                        .required(reference, source.member(reference))));
            }
        });
    }

    private static void clientToolCall(JsonValue call, Converted to) {
        boolean completed = isCompleted(call);
        JsonValue output = call.member("output");
        to.text("type", "chatkit.client_tool_call")
                .text("status", completed ? "completed" : "in_progress")
                .required("call_id", call.member("call_id"))
                .required("name", call.member("name"))
                .serializedObject("arguments", call.member("arguments"));
        if (completed && !output.isNull()) {
            to.serialized("output", output);
        } else {
            to.member("output", "null");
        }
    }

    private static void task(String typeName, JsonValue task, Converted to) {
        String type = String.valueOf(task.member("type").string());
        to.text(typeName, type.equals("thought") ? type : "custom").optional("heading", task.member("title"));
        switch (type) {
            case "custom", "thought" -> to.optional("summary", task.member("content"));
            case "web_search" -> {
                List<String> queries = new ArrayList<>();
                task.member("queries").forEach(query -> {
                    if (query.isString()) {
                        queries.add(query.string());
                    }
                });
                if (task.member("title_query").isString() || queries.isEmpty()) {
                    to.optional("summary", task.member("title_query"));
                } else {
                    to.text("summary", String.join(", ", queries));
                }
            }
            default -> to.member("summary", "null");
        }
    }

    private static boolean isTask(JsonValue task) {
        return TASKS.contains(String.valueOf(task.member("type").string()));
    }

    /** Whether a client has done what the call asks for. */
    static boolean isCompleted(JsonValue call) {
        return "completed".equals(call.member("status").string());
    }

    static boolean isText(JsonValue value) {
        return value.isString() && value.end() - value.start() > 2;
    }

    static boolean isInput(JsonValue part) {
        return INPUT.contains(String.valueOf(part.member("type").string()))
                && part.member("text").isString();
    }

    static boolean isOutput(JsonValue part) {
        return "output_text".equals(part.member("type").string())
                && part.member("text").isString();
    }

    static boolean isAttachment(JsonValue attachment) {
        return attachment.member("id").isString()
                && attachment.member("name").isString()
                && attachment.member("mime_type").isString();
    }
}
