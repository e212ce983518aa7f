package dev.bobbin.command;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** The members of a JSON object, in their order. Names of records are in snake case, enums in lower case. */
final class Members {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .build();

    private final ObjectNode object = MAPPER.createObjectNode();

    Members with(String name, @Nullable Object value) {
        object.set(name, MAPPER.valueToTree(value));
        return this;
    }

    /** Adds the members of a record. */
    Members withAll(Object record) {
        object.setAll((ObjectNode) tree(record));
        return this;
    }

    /** Adds the members of a JSON object. */
    Members withJson(String json) {
        try {
            object.setAll((ObjectNode) MAPPER.readTree(json));
        } catch (JsonProcessingException noJson) {
            throw new IllegalArgumentException(noJson);
        }
        return this;
    }

    static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    @JsonValue
    ObjectNode object() {
        return object;
    }
}
