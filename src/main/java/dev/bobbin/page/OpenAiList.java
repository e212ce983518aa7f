package dev.bobbin.page;

import dev.bobbin.document.Json;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** A page as OpenAI's SDKs read it, with documents verbatim. */
public final class OpenAiList {

    private final List<Buffer> json = new ArrayList<>();
    private String first;
    private String last;

    /** A page whose ids are empty if it is: the SDKs' models of conversations have strings there. */
    public OpenAiList() {
        this("\"\"");
    }

    /** @param noId JSON for the first and the last id of an empty page */
    public OpenAiList(String noId) {
        first = noId;
        last = noId;
        json.add(Buffer.buffer("{\"object\":\"list\",\"data\":["));
    }

    public OpenAiList add(String id, List<Buffer> document) {
        last = Json.quoted(id);
        if (json.size() == 1) {
            first = last;
        } else {
            json.add(Buffer.buffer(","));
        }
        json.addAll(document);
        return this;
    }

    /** Its parts. */
    public List<Buffer> json(boolean hasMore) {
        json.add(Buffer.buffer("],\"first_id\":" + first + ",\"last_id\":" + last + ",\"has_more\":" + hasMore + '}'));
        return json;
    }
}
