package dev.bobbin.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage.ToolResponse;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.ai.content.MediaContent;
import org.springframework.util.MimeType;

/** The JSON of Spring AI's messages, which has none of its own. */
final class SpringMessages {

    /** Spring AI's own member of the metadata, which each constructor adds again. */
    private static final String MESSAGE_TYPE = "messageType";

    private SpringMessages() {}

    static ObjectNode toJson(Message message) {
        ObjectNode json = Json.object();
        json.put("type", message.getMessageType().name()).put("text", message.getText());
        if (message instanceof AssistantMessage assistant) {
            ArrayNode calls = json.putArray("toolCalls");
            for (ToolCall call : assistant.getToolCalls()) {
                calls.addObject()
                        .put("id", call.id())
                        .put("type", call.type())
                        .put("name", call.name())
                        .put("arguments", call.arguments());
            }
        } else if (message instanceof ToolResponseMessage tool) {
            ArrayNode responses = json.putArray("responses");
            for (ToolResponse response : tool.getResponses()) {
                responses
                        .addObject()
                        .put("id", response.id())
                        .put("name", response.name())
                        .put("responseData", response.responseData());
            }
        }
        if (message instanceof MediaContent content) {
            ArrayNode media = json.putArray("media");
            content.getMedia().forEach(each -> media.add(mediaToJson(each)));
        }
        ObjectNode metadata = json.putObject("metadata");
        message.getMetadata().forEach((name, value) -> {
            if (!name.equals(MESSAGE_TYPE) && isJson(value)) {
                metadata.set(name, Json.of(value));
            }
        });
        return json;
    }

    static Message fromJson(JsonNode json) {
        String text = json.path("text").asText(null);
        Map<String, Object> metadata = metadata(json.path("metadata"));
        return switch (MessageType.valueOf(json.path("type").asText())) {
            case SYSTEM -> SystemMessage.builder().text(text).metadata(metadata).build();
            case USER ->
                UserMessage.builder()
                        .text(text)
                        .media(media(json))
                        .metadata(metadata)
                        .build();
            case ASSISTANT ->
                AssistantMessage.builder()
                        .content(text)
                        .toolCalls(toolCalls(json))
                        .media(media(json))
                        .properties(metadata)
                        .build();
            case TOOL ->
                ToolResponseMessage.builder()
                        .responses(responses(json))
                        .metadata(metadata)
                        .build();
        };
    }

    /** Whether a value of the metadata comes back as it was; objects of model libraries would not, and are left out. */
    private static boolean isJson(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.keySet().stream().allMatch(String.class::isInstance)
                    && map.values().stream().allMatch(SpringMessages::isJson);
        }
        if (value instanceof List<?> list) {
            return list.stream().allMatch(SpringMessages::isJson);
        }
        return value == null || value instanceof String || value instanceof Number || value instanceof Boolean;
    }

    private static Map<String, Object> metadata(JsonNode json) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        json.properties().forEach(member -> metadata.put(member.getKey(), Json.toJava(member.getValue())));
        return metadata;
    }

    private static List<ToolCall> toolCalls(JsonNode json) {
        List<ToolCall> calls = new ArrayList<>();
        for (JsonNode call : json.path("toolCalls")) {
            calls.add(new ToolCall(text(call, "id"), text(call, "type"), text(call, "name"), text(call, "arguments")));
        }
        return calls;
    }

    private static List<ToolResponse> responses(JsonNode json) {
        List<ToolResponse> responses = new ArrayList<>();
        for (JsonNode response : json.path("responses")) {
            responses.add(
                    new ToolResponse(text(response, "id"), text(response, "name"), text(response, "responseData")));
        }
        return responses;
    }

    private static ObjectNode mediaToJson(Media media) {
        ObjectNode json = Json.object().put("mimeType", media.getMimeType().toString());
        if (media.getData() instanceof byte[] bytes) {
            json.put("bytes", Base64.getEncoder().encodeToString(bytes));
        } else {
            json.put("data", media.getData().toString());
        }
        return json.put("id", media.getId()).put("name", media.getName());
    }

    private static List<Media> media(JsonNode json) {
        List<Media> media = new ArrayList<>();
        for (JsonNode each : json.path("media")) {
            Media.Builder builder = Media.builder()
                    .mimeType(MimeType.valueOf(text(each, "mimeType")))
                    .id(each.path("id").asText(null))
                    .name(text(each, "name"));
            String bytes = each.path("bytes").asText(null);
            media.add((bytes == null
                            ? builder.data(text(each, "data"))
                            : builder.data(Base64.getDecoder().decode(bytes)))
                    .build());
        }
        return media;
    }

    private static String text(JsonNode json, String name) {
        return json.path(name).asText();
    }
}
