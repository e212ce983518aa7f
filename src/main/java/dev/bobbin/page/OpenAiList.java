package dev.bobbin.page;

import dev.bobbin.document.Json;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** A page as OpenAI's SDKs read it, with documents verbatim. */
public final class OpenAiList {

    private final List<Buffer> json = new ArrayList<>();
    private String first = "\"\"";
    private String last = first;

    public OpenAiList() {
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

    /** Its parts. The ids of an empty page are empty: the SDKs' models have strings there. */
    public List<Buffer> json(boolean hasMore) {
        json.add(Buffer.buffer("],\"first_id\":" + first + ",\"last_id\":" + last + ",\"has_more\":" + hasMore + '}'));
        return json;
    }
}
