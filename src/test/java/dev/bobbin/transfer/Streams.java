package dev.bobbin.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.As;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Exports and imports as tests make them. */
final class Streams {

    private Streams() {}

    static List<String> export(As user) {
        return lines(user.get("/v1/export"));
    }

    static List<String> exportAfter(As user, String cursor) {
        return lines(user.get("/v1/export?after=" + cursor));
    }

    private static List<String> lines(Response answer) {
        answer.then().statusCode(200).contentType("application/x-ndjson");
        String text = new String(answer.asByteArray(), StandardCharsets.UTF_8);
        assertThat(text).endsWith("\n");
        return List.of(text.substring(0, text.length() - 1).split("\n", -1));
    }

    static Response imported(As user, byte[] body, String query) {
        return user.request().contentType("application/x-ndjson").body(body).post("/v1/import" + query);
    }

    static Response imported(As user, List<String> lines, String query) {
        return imported(user, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8), query);
    }

    /** The report of an import that succeeds. */
    static JsonObject report(As user, List<String> lines, String query) {
        Response answer = imported(user, lines, query);
        answer.then().statusCode(200).contentType("application/json");
        return new JsonObject(answer.asString());
    }

    static JsonObject counts(int threads, int items, int attachments) {
        return JsonObject.of("threads", threads, "items", items, "attachments", attachments);
    }

    static String cursor(String line) {
        return new JsonObject(line).getString("cursor");
    }

    /** Lines without what may differ between two exports of the same rows. */
    static List<String> rows(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.startsWith("{\"bobbin_export\""))
                .map(line -> line.replaceFirst("\"cursor\":\"[^\"]*\",", ""))
                .toList();
    }
}
