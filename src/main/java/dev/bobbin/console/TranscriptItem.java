package dev.bobbin.console;

import dev.bobbin.document.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An item as a person reads it.
 *
 * @param speaker what the page shows of whom it is
 * @param side the class of its look: user, assistant, tool, hidden or other
 * @param size of its document
 * @param cut whether the document is too large to be shown, and only its text's beginning is
 * @param document null if cut
 */
@RegisterForReflection
record TranscriptItem(
        String id,
        String at,
        String type,
        String speaker,
        String side,
        String size,
        boolean cut,
        List<Part> parts,
        @Nullable String document) {

    /**
     * A part of it.
     *
     * @param kind text, quote, file, field, which is short, or json, which is folded
     * @param label of a field, of JSON and of a file, whose text is its id in a query
     */
    @RegisterForReflection
    record Part(String kind, String label, String text) {}

    /** The id in a query. */
    public String encoded() {
        return Links.encode(id);
    }

    /** Nothing, or an object of nulls: ChatKit writes all members that it knows. */
    private static final Pattern NOTHING = Pattern.compile("\"\"|\\[]|\\{(\"\\w*+\":null,?+)*+}");

    private static final int SHORT = 80;

    private static final Map<String, String> SPEAKERS = Map.ofEntries(
            Map.entry("user_message", "User"),
            Map.entry("structured_input", "User"),
            Map.entry("assistant_message", "Assistant"),
            Map.entry("widget", "Widget"),
            Map.entry("generated_image", "Image"),
            Map.entry("workflow", "Workflow"),
            Map.entry("task", "Task"),
            Map.entry("client_tool_call", "Tool call"),
            Map.entry("function_call", "Tool call"),
            Map.entry("function_call_output", "Tool result"),
            Map.entry("reasoning", "Reasoning"),
            Map.entry("hidden_context_item", "Hidden context"),
            Map.entry("sdk_hidden_context", "Hidden context"),
            Map.entry("end_of_turn", "End of turn"));

    /** Members that are text for a person, wherever a part of a message has one. */
    private static final List<String> TEXTS = List.of("text", "refusal", "transcript");

    /** Members that are shown as what they are rather than as JSON. */
    private static final Set<String> NOT_SHOWN = Set.of("id", "thread_id", "created_at", "type", "role", "copy_text");

    /** Reads what {@link TranscriptStore#page} has of an item. */
    static TranscriptItem of(JsonValue row) {
        String type = Objects.requireNonNullElse(row.member("type").string(), "without a type");
        JsonValue document = row.member("document");
        boolean cut = document.isNull();
        String role = document.member("role").string();
        List<Part> parts = new ArrayList<>();
        if (cut) {
            add("text", "", row.member("text"), parts);
        } else {
            read(type, document, parts);
        }
        return new TranscriptItem(
                Objects.requireNonNull(row.member("id").string()),
                Objects.requireNonNull(row.member("at").string()),
                type,
                speaker(type, role),
                side(type, role),
                size(Long.parseLong(row.member("bytes").json())),
                cut,
                parts,
                cut ? null : document.json());
    }

    private static void read(String type, JsonValue document, List<Part> parts) {
        add("quote", "", document.member("quoted_text"), parts);
        if (type.equals("widget")) {
            add("text", "", document.member("copy_text"), parts);
        }
        document.forEachMember((name, value) -> {
            String member = String.valueOf(name.string());
            switch (member) {
                case "content", "summary" -> readContent(member, value, parts);
                case "attachments" -> value.forEach(attachment -> readAttachment(attachment, parts));
                case "quoted_text" -> {}
                default -> {
                    if (!NOT_SHOWN.contains(member) && !isEmpty(value)) {
                        parts.add(json(member, value));
                    }
                }
            }
        });
    }

    private static void readContent(String name, JsonValue content, List<Part> parts) {
        if (content.isString()) {
            add("text", "", content, parts);
        } else if (content.isArray()) {
            content.forEach(part -> {
                if (part.isString()) {
                    add("text", "", part, parts);
                    return;
                }
                boolean said = TEXTS.stream().anyMatch(text -> add("text", "", part.member(text), parts));
                String type = Objects.requireNonNullElse(part.member("type").string(), name);
                if (!said) {
                    parts.add(json(type, part));
                } else if (!isEmpty(part.member("annotations"))) {
                    parts.add(json("annotations", part.member("annotations")));
                }
            });
        } else if (!isEmpty(content)) {
            parts.add(json(name, content));
        }
    }

    private static void readAttachment(JsonValue attachment, List<Part> parts) {
        String id = attachment.member("id").string();
        if (id == null) {
            parts.add(json("attachment", attachment));
            return;
        }
        String name = Objects.requireNonNullElse(attachment.member("name").string(), id);
        String type = attachment.member("mime_type").string();
        parts.add(new Part("file", type == null ? name : name + " (" + type + ")", Links.encode(id)));
    }

    private static boolean add(String kind, String label, JsonValue value, List<Part> parts) {
        String text = value.string();
        if (text == null || text.isEmpty()) {
            return false;
        }
        parts.add(new Part(kind, label, text));
        return true;
    }

    private static Part json(String label, JsonValue value) {
        String text = value.string();
        boolean scalar = !value.isObject() && !value.isArray();
        if (scalar && value.end() - value.start() <= SHORT) {
            return new Part("field", label, text == null ? value.json() : text);
        }
        return new Part("json", label, text == null ? indented(value.json()) : text);
    }

    private static boolean isEmpty(JsonValue value) {
        return value.isNull() || NOTHING.matcher(value.compact()).matches();
    }

    private static String speaker(String type, @Nullable String role) {
        String known = SPEAKERS.get(type);
        if (known != null) {
            return known;
        }
        String name = type.equals("message") && role != null && !role.isEmpty() ? role : type.replace('_', ' ');
        return name.isEmpty() ? type : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    private static String side(String type, @Nullable String role) {
        if (type.contains("hidden") || "system".equals(role) || "developer".equals(role)) {
            return "hidden";
        }
        if (type.equals("user_message") || type.equals("structured_input") || "user".equals(role)) {
            return "user";
        }
        if (type.contains("call") || type.equals("workflow") || type.equals("task") || type.equals("reasoning")) {
            return "tool";
        }
        boolean assistant = type.equals("assistant_message")
                || type.equals("widget")
                || type.equals("generated_image")
                || "assistant".equals(role);
        return assistant ? "assistant" : "other";
    }

    /** A size for people. */
    static String size(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    /** The JSON with a line for each value, all of them as they are spelled. */
    static String indented(String json) {
        String compact = JsonValue.read(json).compact();
        StringBuilder lines = new StringBuilder(compact.length() * 2);
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < compact.length(); i++) {
            char c = compact.charAt(i);
            if (quoted) {
                lines.append(c);
                if (c == '\\') {
                    lines.append(compact.charAt(++i));
                }
                quoted = c != '"';
                continue;
            }
            boolean closes = c == '}' || c == ']';
            boolean empty = closes && "{[".indexOf(compact.charAt(i - 1)) >= 0;
            if (closes) {
                depth--;
                if (!empty) {
                    newLine(depth, lines);
                }
            }
            lines.append(c == ':' ? ": " : String.valueOf(c));
            quoted = c == '"';
            boolean opens = c == '{' || c == '[';
            depth += opens ? 1 : 0;
            if (c == ',' || opens && "}]".indexOf(compact.charAt(i + 1)) < 0) {
                newLine(depth, lines);
            }
        }
        return lines.toString();
    }

    private static void newLine(int depth, StringBuilder lines) {
        // an attacker's depth must not make a page of spaces
        lines.append('\n').append("  ".repeat(Math.min(depth, 20)));
    }
}
