package dev.bobbin.openai.chatkit;

import dev.bobbin.document.JsonValue;
import java.util.Set;

/** A thread as hosted ChatKit has it. */
final class HostedThread {

    private static final Set<String> LOCKED = Set.of("locked", "closed");

    private HostedThread() {}

    static Converted of(Stored thread, String user) {
        JsonValue document = thread.value();
        JsonValue status = document.member("status");
        String type = String.valueOf((status.isObject() ? status.member("type") : status).string());
        return new Converted()
                .needs(document.isObject())
                .text("id", thread.id())
                .text("object", "chatkit.thread")
                .member("created_at", thread.createdAt())
                .optional("title", document.member("title"))
                .object("status", to -> {
                    if (LOCKED.contains(type)) {
                        to.text("type", type).optional("reason", status.member("reason"));
                    } else {
                        to.text("type", "active");
                    }
                })
                .text("user", user);
    }
}
