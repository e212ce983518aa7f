package dev.bobbin.openai.chatkit;

import dev.bobbin.document.Json;
import dev.bobbin.document.JsonValue;
import dev.bobbin.http.Answers;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A JSON object that is made of parts of a stored document. Strings are copied as they are spelled. What a document lacks is
 * replaced by something of its type, so that every document can be converted.
 */
final class Converted {

    private final StringBuilder json = new StringBuilder("{");
    private boolean complete = true;

    /** Whether the document had all that was needed. */
    boolean isComplete() {
        return complete;
    }

    /** Notes what the document needs to have. */
    Converted needs(boolean condition) {
        complete &= condition;
        return this;
    }

    /** Adds a member with a value that is JSON. */
    Converted member(String name, String value) {
        name(name);
        json.append(value);
        return this;
    }

    /** The same with a value as the document has it. */
    private Converted member(String name, JsonValue value) {
        name(name);
        // exactly: a document may be most of what the memory takes
        json.ensureCapacity(json.length() + value.end() - value.start());
        json.append(value.text(), value.start(), value.end());
        return this;
    }

    /** Adds a member with this text as its value. */
    Converted text(String name, String text) {
        name(name);
        Json.quote(text, json);
        return this;
    }

    /** Adds a member with a string of the document, which needs to have it. */
    Converted required(String name, JsonValue value) {
        complete &= value.isString();
        return value.isString() ? member(name, value) : text(name, "");
    }

    /** Adds a member with a string of the document, or null. */
    Converted optional(String name, JsonValue value) {
        complete &= value.isString() || value.isNull();
        return member(name, value.isString() ? value : JsonValue.NULL);
    }

    /** Adds a member whose value is a string with JSON, its numbers as they are spelled in the document. */
    Converted serialized(String name, JsonValue value) {
        return text(name, value.compact());
    }

    /** The same of an object, which the document needs to have. */
    Converted serializedObject(String name, JsonValue value) {
        complete &= value.isObject();
        return value.isNull() ? text(name, "{}") : serialized(name, value);
    }

    /** Adds a member that is an object. */
    Converted object(String name, Consumer<Converted> members) {
        name(name);
        json.append('{');
        members.accept(this);
        json.append('}');
        return this;
    }

    /** Adds a member that is an array, without elements so far. */
    Converted array(String name, Runnable elements) {
        name(name);
        json.append('[');
        elements.run();
        json.append(']');
        return this;
    }

    /**
     * Adds an element for each one of an array of the document, if there is one. Elements that cannot be used are left out.
     */
    void elements(JsonValue array, Predicate<JsonValue> usable, Consumer<JsonValue> members) {
        complete &= array.isArray() || array.isNull();
        array.forEach(element -> {
            if (usable.test(element)) {
                element(() -> members.accept(element));
            } else {
                complete = false;
            }
        });
    }

    /** Adds an element that is an object. */
    void element(Runnable members) {
        separate();
        json.append('{');
        members.run();
        json.append('}');
    }

    private void name(String name) {
        separate();
        json.append('"').append(name).append("\":");
    }

    private void separate() {
        char last = json.charAt(json.length() - 1);
        if (last != '{' && last != '[') {
            json.append(',');
        }
    }

    /** Ends the object, and returns it. */
    Buffer end() {
        return Answers.utf8(json.append('}'));
    }
}
