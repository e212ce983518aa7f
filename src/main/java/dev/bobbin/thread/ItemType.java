package dev.bobbin.thread;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * ChatKit's kinds of items (chatkit-python 1.6.5), for what the service derives of them. A kind that is not here is stored
 * all the same: new ones appear with minor versions of ChatKit.
 */
enum ItemType {
    USER_MESSAGE("msg", "user"),
    ASSISTANT_MESSAGE("msg", "assistant"),
    CLIENT_TOOL_CALL("tc", "tool"),
    WIDGET("msg", "assistant"),
    GENERATED_IMAGE("msg", "assistant"),
    STRUCTURED_INPUT("msg", "user"),
    WORKFLOW("wf", "assistant"),
    TASK("tsk", "assistant"),
    END_OF_TURN("msg", null),
    HIDDEN_CONTEXT_ITEM("msg", "system"),
    SDK_HIDDEN_CONTEXT("shcx", "system");

    private final String idPrefix;
    private final @Nullable String role;

    ItemType(String idPrefix, @Nullable String role) {
        this.idPrefix = idPrefix;
        this.role = role;
    }

    /** The prefix that ChatKit gives to ids of items of this type. */
    static String idPrefix(@Nullable String type) {
        ItemType known = of(type);
        return known == null ? "msg" : known.idPrefix;
    }

    /** The speaker, for the {@code role} column; null for a type without one. */
    static @Nullable String role(@Nullable String type) {
        ItemType known = of(type);
        return known == null ? null : known.role;
    }

    private static @Nullable ItemType of(@Nullable String type) {
        for (ItemType candidate : values()) {
            if (candidate.name().toLowerCase(Locale.ROOT).equals(type)) {
                return candidate;
            }
        }
        return null;
    }
}
