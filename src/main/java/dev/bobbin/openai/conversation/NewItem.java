package dev.bobbin.openai.conversation;

import static dev.bobbin.problem.ProblemType.BODY_TOO_LARGE;

import dev.bobbin.document.DocumentReader;
import dev.bobbin.document.Json;
import dev.bobbin.document.JsonValue;
import dev.bobbin.document.Kind;
import dev.bobbin.document.NewIds;
import dev.bobbin.openai.conversation.ConversationItemType.Default;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An item as it will be stored and served. Clients send less than they accept: a text in the place of its parts, no status, no
 * id. It gets what they need to read it, and keeps all that was sent, since any other member would be sent on to a model, which
 * refuses what it does not know.
 *
 * @param made whether the service made the id
 * @param document which begins with the id
 */
record NewItem(String id, boolean made, String type, @Nullable String role, String document) {

    private static final Pattern TYPE = Pattern.compile("[^\\p{Cc}\\p{Cs}]{1,64}");

    private static final String MESSAGE = "message";
    private static final String ASSISTANT = "assistant";
    private static final String NO_ANNOTATIONS = "[]";

    /** Room for the id and the defaults. */
    private static final int ADDED = 256;

    /** How much completion adds to any body; to a large one, whose memory is reserved as it was sent, an eighth of it. */
    private static final int MOST_ADDED = 1 << 18;

    /**
     * Reads the items of a call.
     *
     * @throws dev.bobbin.problem.ProblemException if one cannot be stored, or if there are more than {@code limit}
     */
    static List<NewItem> all(JsonValue sent, NewIds ids, int limit) {
        if (!sent.isArray()) {
            throw sent.isNull() ? Refused.missing("items") : Refused.type("items", "an array", sent);
        }
        List<JsonValue> values = new ArrayList<>();
        int[] found = {0};
        sent.forEach(value -> {
            if (found[0]++ < limit) {
                values.add(value);
            }
        });
        if (found[0] > limit) {
            throw Refused.tooMany(limit, found[0]);
        }
        List<NewItem> items = new ArrayList<>(values.size());
        Set<String> known = new HashSet<>();
        long left = sent.text().length() + Math.max(MOST_ADDED, sent.text().length() / 8);
        for (int i = 0; i < values.size(); i++) {
            String param = "items[" + i + ']';
            NewItem item = read(param, values.get(i), ids, left);
            left -= item.document().length();
            if (!known.add(item.id())) {
                throw Refused.duplicate(param + ".id", item.id());
            }
            items.add(item);
        }
        return items;
    }

    private static NewItem read(String param, JsonValue sent, NewIds ids, long most) {
        if (!sent.isObject()) {
            throw Refused.type(param, "an object", sent);
        }
        String type = type(param, sent);
        ConversationItemType known = ConversationItemType.of(type);
        String role = type.equals(MESSAGE) ? role(param, sent) : null;
        String id = sent.member("id").string();
        boolean made = id == null || !known.keeps(id);
        if (id == null || made) {
            id = ids.next(known.prefix());
        }
        // so large that it does not grow, which would copy it
        long length = Math.min(most, 2L * (sent.end() - sent.start())) + ADDED;
        StringBuilder json = new StringBuilder((int) Math.min(length, Integer.MAX_VALUE - ADDED));
        json.append(beginning(id)).append("\"type\":").append(Json.quoted(type));
        Set<String> present = new HashSet<>();
        sent.forEachMember((name, value) -> {
            String member = String.valueOf(name.string());
            boolean defaulted = isDefaulted(known, member);
            boolean dropped = member.equals("id")
                    || member.equals("type")
                    || value.isNull() && (role != null && member.equals("phase") || defaulted);
            if (!dropped) {
                if (defaulted) {
                    present.add(member);
                }
                json.append(',').append(name.json()).append(':');
                if (role != null && member.equals("content")) {
                    content(param + ".content", role, value, json, most);
                } else if (value.isArray() && member.equals("output") && known.hasPartsAsOutput()) {
                    parts(param + ".output", null, value, json, most);
                } else {
                    json.append(value.text(), value.start(), value.end());
                }
                checkSize(json, most);
            }
        });
        for (Default missing : known.defaults()) {
            if (!present.contains(missing.member())) {
                json.append(",\"").append(missing.member()).append("\":").append(missing.json());
            }
        }
        checkSize(json.append('}'), most);
        return new NewItem(id, made, type, role, json.toString());
    }

    private static void checkSize(StringBuilder json, long most) {
        if (json.length() > most) {
            throw BODY_TOO_LARGE.because(
                    "The items lack so much of what they are stored with that they would be too large");
        }
    }

    private static boolean isDefaulted(ConversationItemType type, String member) {
        return type.defaults().stream().anyMatch(missing -> missing.member().equals(member));
    }

    private static String type(String param, JsonValue sent) {
        JsonValue type = sent.member("type");
        if (type.isNull()) {
            if (!sent.member("role").isNull()) {
                return MESSAGE;
            }
            if (!sent.member("id").isNull()) {
                throw reference(param);
            }
            throw Refused.missing(param + ".type");
        }
        String name = type.string();
        if (name == null) {
            throw Refused.type(param + ".type", "a string", type);
        }
        return switch (name) {
            case "item_reference" -> throw reference(param);
            case "compaction_trigger" ->
                throw Refused.value(
                        param + ".type", "compaction_trigger is for a model, and no item of a conversation.");
            default -> {
                if (!TYPE.matcher(name).matches()) {
                    throw Refused.value(param + ".type", "it must have 1 to 64 characters.");
                }
                yield name;
            }
        };
    }

    private static RuntimeException reference(String param) {
        return Refused.value(param, "references to stored items are not supported; send the item itself.");
    }

    private static String role(String param, JsonValue sent) {
        JsonValue role = sent.member("role");
        String name = role.string();
        if (name == null) {
            throw role.isNull() ? Refused.missing(param + ".role") : Refused.type(param + ".role", "a string", role);
        }
        if (!TYPE.matcher(name).matches()) {
            throw Refused.value(param + ".role", "it must have 1 to 64 characters.");
        }
        if (sent.member("content").isNull()) {
            throw Refused.missing(param + ".content");
        }
        return name;
    }

    private static void content(String param, String role, JsonValue content, StringBuilder json, long most) {
        boolean assistant = role.equals(ASSISTANT);
        if (content.isString()) {
            json.append(assistant ? "[{\"type\":\"output_text\",\"text\":" : "[{\"type\":\"input_text\",\"text\":")
                    .append(content.json())
                    .append(assistant ? ",\"annotations\":[]}]" : "}]");
            return;
        }
        if (!content.isArray()) {
            throw Refused.type(param, "a string or an array", content);
        }
        parts(param, role, content, json, most);
    }

    /** The parts of a message, or of an output, which has no role. */
    private static void parts(String param, @Nullable String role, JsonValue parts, StringBuilder json, long most) {
        int[] count = {0};
        json.append('[');
        parts.forEach(part -> {
            if (!part.isObject()) {
                throw Refused.type(param + '[' + count[0] + ']', "an object", part);
            }
            if (count[0]++ > 0) {
                json.append(',');
            }
            part(role, part, json);
            checkSize(json, most);
        });
        json.append(']');
    }

    private static void part(@Nullable String role, JsonValue part, StringBuilder json) {
        String type = String.valueOf(part.member("type").string());
        boolean misnamed = ASSISTANT.equals(role) && type.equals("input_text");
        boolean text = misnamed || role != null && type.equals("output_text");
        String missing = text ? "annotations" : "detail";
        if (!text && !type.equals("input_image")) {
            json.append(part.text(), part.start(), part.end());
            return;
        }
        boolean complete = !part.member(missing).isNull();
        String[] separator = {"{"};
        part.forEachMember((name, value) -> {
            String member = String.valueOf(name.string());
            if (complete || !member.equals(missing)) {
                json.append(separator[0]).append(name.json()).append(':');
                json.append(misnamed && member.equals("type") ? "\"output_text\"" : value.json());
                separator[0] = ",";
            }
        });
        if (!complete) {
            json.append(",\"").append(missing).append("\":").append(text ? NO_ANNOTATIONS : "\"auto\"");
        }
        json.append('}');
    }

    /** Its document without the id. */
    String members() {
        return document.substring(beginning(id).length());
    }

    private static String beginning(String id) {
        return "{\"id\":" + Json.quoted(id) + ',';
    }

    /** The same item, as it is stored with this id. */
    NewItem withId(String stored) {
        return new NewItem(stored, made, type, role, beginning(stored) + members());
    }

    /** What a person would read of it. */
    @Nullable
    String plainText() {
        return DocumentReader.read(Kind.CONVERSATION_ITEM, document).plainText();
    }
}
