package dev.bobbin.support;

import dev.bobbin.page.ByOrder;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The SQL of the stores, by the names of its constants: {@code ThreadStore.LOAD}, {@code ThreadStore.NEXT.asc}. */
public final class StoreStatements {

    private static final List<String> STORES = List.of(
            "dev.bobbin.thread.ThreadStore",
            "dev.bobbin.thread.ThreadListStore",
            "dev.bobbin.thread.ThreadItemStore",
            "dev.bobbin.thread.ThreadItemListStore",
            "dev.bobbin.thread.ThreadItemEditStore",
            "dev.bobbin.thread.ThreadBatchStore",
            "dev.bobbin.thread.ThreadStateStore",
            "dev.bobbin.thread.LockedThreadStore",
            "dev.bobbin.attachment.AttachmentStore",
            "dev.bobbin.openai.chatkit.HostedThreadStore",
            "dev.bobbin.openai.conversation.ConversationStore",
            "dev.bobbin.openai.conversation.ConversationItemStore",
            "dev.bobbin.transfer.ExportSql",
            "dev.bobbin.transfer.ImportSql",
            "dev.bobbin.transfer.OwnerSql",
            "dev.bobbin.search.SearchStore",
            "dev.bobbin.console.TranscriptStore",
            "dev.bobbin.console.OwnerSearchStore",
            "dev.bobbin.command.PruneStore",
            "dev.bobbin.search.SearchTextStore");

    /** Constants that are part of other statements, although they could stand alone. */
    private static final Set<String> PARTS = Set.of(
            "CURSOR",
            "LOCKED_CURSOR",
            "ONE",
            "TIMED",
            "ONE_TIMED",
            "MANY",
            "ROW",
            "COPY",
            "ITEM",
            "PLACE",
            "THREAD",
            "PAGE",
            "INTO_THREADS",
            "INTO_ITEMS",
            "INTO_ATTACHMENTS",
            "NOTHING");

    private StoreStatements() {}

    public static Map<String, String> all() {
        Map<String, String> statements = new TreeMap<>();
        for (String store : STORES) {
            try {
                for (Field field : Class.forName(store).getDeclaredFields()) {
                    if (Modifier.isStatic(field.getModifiers()) && !PARTS.contains(field.getName())) {
                        field.setAccessible(true);
                        String name = store.replaceFirst(".*\\.", "") + "." + field.getName();
                        add(statements, name, field.get(null));
                    }
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return statements;
    }

    private static void add(Map<String, String> statements, String name, Object value) {
        if (value instanceof ByOrder both) {
            add(statements, name + ".asc", both.asc());
            add(statements, name + ".desc", both.desc());
        } else if (value instanceof String sql
                && sql.matches("(?s)(select|delete|with|insert.*(returning|select)) .*")) {
            statements.put(name, sql);
        }
    }
}
