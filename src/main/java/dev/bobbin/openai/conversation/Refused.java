package dev.bobbin.openai.conversation;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.problem.ProblemType.NOT_FOUND;

import dev.bobbin.document.JsonValue;
import dev.bobbin.problem.ProblemException;
import dev.bobbin.thread.IdempotencyKey;

/** The problems of these calls, with the codes and the parameters that OpenAI's API has. */
final class Refused {

    private Refused() {}

    static ProblemException conversation(String id) {
        return NOT_FOUND.because("Conversation with id '" + id + "' not found.");
    }

    static ProblemException item(String id) {
        return NOT_FOUND.because("Item with id '" + id + "' not found.");
    }

    static ProblemException missing(String param) {
        return INVALID_REQUEST
                .because("Missing required parameter: '" + param + "'.")
                .as("missing_required_parameter", param);
    }

    static ProblemException type(String param, String expected, JsonValue found) {
        String type = found.isObject()
                ? "an object"
                : found.isArray()
                        ? "an array"
                        : found.isString() ? "a string" : found.isNull() ? "null" : "a number or a boolean";
        return INVALID_REQUEST
                .because("Invalid type for '" + param + "': expected " + expected + ", but got " + type + " instead.")
                .as("invalid_type", param);
    }

    static ProblemException value(String param, String reason) {
        return INVALID_REQUEST.because("Invalid '" + param + "': " + reason).as("invalid_value", param);
    }

    static ProblemException tooMany(int limit, int found) {
        return INVALID_REQUEST
                .because("Invalid 'items': array too long. Expected an array with maximum length " + limit
                        + ", but got an array with length " + found + " instead.")
                .as("array_above_max_length", "items");
    }

    static ProblemException otherBody() {
        return INVALID_REQUEST
                .because("A call with this Idempotency-Key and another body was answered before; nothing was stored.")
                .as("invalid_value", IdempotencyKey.HEADER);
    }

    static ProblemException duplicate(String param, String id) {
        return INVALID_REQUEST
                .because("Duplicate item found with id " + id + ".")
                .as("duplicate_item", param);
    }
}
