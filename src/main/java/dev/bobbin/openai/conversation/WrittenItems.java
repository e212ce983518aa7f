package dev.bobbin.openai.conversation;

import dev.bobbin.database.DatabaseErrors;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The items of a call, with the rows that its statement made or found. */
record WrittenItems(List<NewItem> items, Map<String, Row> rows) {

    /** Fails if the rows are not those of a conversation. */
    static WrittenItems of(RowSet<Row> rows, String conversationId, List<NewItem> items) {
        ConversationStore.check(rows, conversationId);
        Map<String, Row> byId = new HashMap<>();
        for (Row row : rows) {
            String id = row.getString("id");
            if (id != null) {
                byId.put(id, row);
            }
        }
        DatabaseErrors.checkWritten(byId.size(), items.size());
        return new WrittenItems(items, byId);
    }

    /** The items; fails if the id of one is another's. */
    List<NewItem> checked() {
        for (int i = 0; i < items.size(); i++) {
            NewItem item = items.get(i);
            if (!is(item, "same")) {
                throw Refused.duplicate("items[" + i + "].id", item.id());
            }
        }
        return items;
    }

    /** Whether an id that the service made was there before. */
    boolean repeat() {
        return items.stream().anyMatch(item -> item.made() && !is(item, "created"));
    }

    /** Whether all items were there before, as they are. */
    boolean unchanged() {
        return items.stream().allMatch(item -> !is(item, "created") && is(item, "same"));
    }

    private boolean is(NewItem item, String column) {
        return Objects.requireNonNull(rows.get(item.id())).getBoolean(column);
    }
}
