package dev.bobbin.openai.conversation;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the service adds to an item of a type.
 *
 * @param prefix of the ids that it makes; OpenAI's models refuse items with ids of another type
 * @param defaults members, as JSON, that the type of an answer requires and that of a request does not
 */
record ConversationItemType(String prefix, List<Default> defaults) {

    record Default(String member, String json) {}

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Default STATUS = new Default("status", "\"completed\"");
    private static final List<Default> COMPLETED = List.of(STATUS);
    private static final List<Default> ON_SERVER = List.of(STATUS, new Default("execution", "\"server\""));
    private static final List<Default> SUMMARY = List.of(new Default("summary", "[]"));

    /** The types of openai-python 3.57. */
    private static final Map<String, ConversationItemType> KNOWN = Map.ofEntries(
            entry("message", new ConversationItemType("msg", COMPLETED)),
            entry("function_call", new ConversationItemType("fc", COMPLETED)),
            entry("function_call_output", new ConversationItemType("fco", COMPLETED)),
            entry("reasoning", new ConversationItemType("rs", SUMMARY)),
            entry("file_search_call", asSent("fs")),
            entry("web_search_call", asSent("ws")),
            entry("image_generation_call", asSent("ig")),
            entry("code_interpreter_call", asSent("ci")),
            entry("computer_call", asSent("cu")),
            entry("computer_call_output", new ConversationItemType("cuo", COMPLETED)),
            entry("custom_tool_call", asSent("ctc")),
            entry("custom_tool_call_output", asSent("ctco")),
            entry("mcp_call", asSent("mcp")),
            entry("mcp_list_tools", asSent("mcpl")),
            entry("mcp_approval_request", asSent("mcpr")),
            entry("mcp_approval_response", asSent("mcpa")),
            entry("compaction", asSent("cmp")),
            entry("tool_search_call", new ConversationItemType("tsc", ON_SERVER)),
            entry("tool_search_output", new ConversationItemType("tso", ON_SERVER)),
            entry("shell_call", new ConversationItemType("sh", COMPLETED)),
            entry("shell_call_output", new ConversationItemType("sho", COMPLETED)),
            entry("apply_patch_call", asSent("apc")),
            entry("apply_patch_call_output", asSent("apco")),
            entry("local_shell_call", asSent("lsh")),
            entry("local_shell_call_output", asSent("lsho")),
            entry("additional_tools", asSent("at")),
            entry("program", asSent("prog")),
            entry("program_output", asSent("progo")),
            entry("configuration_update", asSent("cfg")));

    private static final ConversationItemType OTHER = asSent("item");

    private static ConversationItemType asSent(String prefix) {
        return new ConversationItemType(prefix, List.of());
    }

    static ConversationItemType of(String type) {
        return KNOWN.getOrDefault(type, OTHER);
    }

    /** Whether the output of such an item may be an array of parts, as the content of a message is. */
    boolean hasPartsAsOutput() {
        return prefix.equals("fco") || prefix.equals("ctco");
    }

    /** The id, and those that it would have if its item were of another type. */
    static String[] ofEachType(String id) {
        String rest = id.substring(id.indexOf('_'));
        return Stream.concat(KNOWN.values().stream(), Stream.of(OTHER))
                .map(type -> type.prefix() + rest)
                .toArray(String[]::new);
    }

    /** Whether an item keeps this id of its client. An output's may begin as its call's. */
    boolean keeps(String id) {
        String ofCall = prefix.endsWith("o") ? prefix.substring(0, prefix.length() - 1) : prefix;
        return ID.matcher(id).matches() && (id.startsWith(prefix + '_') || id.startsWith(ofCall + '_'));
    }
}
