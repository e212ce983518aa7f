package dev.bobbin.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Every answer that a test sees must be one that openapi.yaml promises: its status, its content type, its headers. */
final class SpecificationFilter implements Filter {

    private final JsonNode api;

    SpecificationFilter() {
        try {
            api = new YAMLMapper().readTree(Files.readString(Path.of("src/main/resources/META-INF/openapi.yaml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Response filter(
            FilterableRequestSpecification request, FilterableResponseSpecification expected, FilterContext context) {
        Response response = context.next(request, expected);
        String path = URI.create(request.getURI()).getRawPath();
        String method = request.getMethod().toLowerCase(Locale.ROOT);
        JsonNode operation = operation(path, method);
        if (operation == null) {
            return response;
        }
        String where = method + " " + path + " -> " + response.statusCode();
        JsonNode promised = resolved(operation.path("responses").path(String.valueOf(response.statusCode())));
        if (promised.isMissingNode()) {
            throw new AssertionError(where + " is not in openapi.yaml");
        }
        for (Map.Entry<String, JsonNode> header : promised.path("headers").properties()) {
            boolean required = resolved(header.getValue()).path("required").asBoolean();
            if (required && response.getHeader(header.getKey()) == null) {
                throw new AssertionError(where + " lacks the header " + header.getKey());
            }
        }
        boolean hasBody = response.getBody().asByteArray().length > 0;
        String type = String.valueOf(response.contentType()).replaceAll(";.*", "");
        if (hasBody && promised.path("content").path(type).isMissingNode()) {
            throw new AssertionError(where + " has a body of the type " + type);
        }
        return response;
    }

    private JsonNode operation(String path, String method) {
        for (Map.Entry<String, JsonNode> candidate : api.path("paths").properties()) {
            if (path.matches(candidate.getKey().replaceAll("\\{[^}]+}", "[^/]+"))
                    && candidate.getValue().has(method)) {
                return candidate.getValue().get(method);
            }
        }
        return null;
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? api.at(node.get("$ref").asText().substring(1)) : node;
    }
}
