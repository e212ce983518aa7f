package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the service derives from an item's type.
 *
 * @param idPrefix the prefix that ChatKit gives to ids
 * @param role the value of the column of that name
 */
public record ItemType(String idPrefix, @Nullable String role) {

    private static final int MAX_LENGTH = 255;

    /** SQL: whether the column {@code type} is of an item that a chat user may see. */
    public static final String IS_VISIBLE = "type not in ('hidden_context_item', 'sdk_hidden_context')";

    /** The types of chatkit-python 1.6.5. Its minor versions add some, which are stored all the same. */
    private static final Map<String, ItemType> KNOWN = Map.ofEntries(
            entry("user_message", new ItemType("msg", "user")),
            entry("assistant_message", new ItemType("msg", "assistant")),
            entry("client_tool_call", new ItemType("tc", "tool")),
            entry("widget", new ItemType("msg", "assistant")),
            entry("generated_image", new ItemType("msg", "assistant")),
            entry("structured_input", new ItemType("msg", "user")),
            entry("workflow", new ItemType("wf", "assistant")),
            entry("task", new ItemType("tsk", "assistant")),
            entry("hidden_context_item", new ItemType("msg", "system")),
            entry("sdk_hidden_context", new ItemType("shcx", "system")));

    /** {@code end_of_turn}, which has no role, and unknown types. */
    private static final ItemType OTHER = new ItemType("msg", null);

    /** All prefixes of ids. */
    static final Set<String> ID_PREFIXES =
            KNOWN.values().stream().map(ItemType::idPrefix).collect(Collectors.toUnmodifiableSet());

    /** Fails if an item cannot be stored with this type. */
    public static void check(@Nullable String type) {
        if (type == null || type.isEmpty() || type.length() > MAX_LENGTH || type.indexOf(0) >= 0) {
            throw INVALID_REQUEST.because(
                    "An item must have a type of 1 to " + MAX_LENGTH + " characters, such as user_message");
        }
    }

    public static ItemType of(@Nullable String type) {
        return KNOWN.getOrDefault(String.valueOf(type), OTHER);
    }
}
