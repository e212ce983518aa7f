package dev.bobbin.command;

import dev.bobbin.database.inspection.Contents;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is stored, and what takes the most room. Times are in UTC. */
@RegisterForReflection
record StatsReport(
        int exitCode,
        String schema,
        long threads,
        long items,
        long attachments,
        long owners,
        List<OfType> itemsByType,
        List<Space> tables,
        long totalBytes,
        Times threadTimes,
        Times itemTimes,
        List<Big> biggestThreads)
        implements Report {

    /** How many items are of a type. */
    record OfType(String type, long items) {}

    /** A table's own room, and that of its indexes. */
    record Space(String table, long tableBytes, long indexBytes) {}

    /** The first and the last; null when there is none. */
    record Times(@Nullable String oldest, @Nullable String newest) {

        static Times of(Contents.Times times) {
            return new Times(times.oldest(), times.newest());
        }
    }

    /** A large thread; its bytes are those of its documents and its items', as they are stored. */
    record Big(String ownerId, String threadId, long items, long bytes) {}

    static StatsReport of(String schema, Contents contents) {
        return new StatsReport(
                ExitCode.OK,
                schema,
                contents.threads(),
                contents.items(),
                contents.attachments(),
                contents.owners(),
                contents.itemsByType().stream()
                        .map(type -> new OfType(type.type(), type.items()))
                        .toList(),
                contents.space().stream()
                        .map(space -> new Space(space.table(), space.tableBytes(), space.indexBytes()))
                        .toList(),
                contents.space().stream()
                        .mapToLong(space -> space.tableBytes() + space.indexBytes())
                        .sum(),
                Times.of(contents.threadTimes()),
                Times.of(contents.itemTimes()),
                contents.biggest().stream()
                        .map(big -> new Big(big.owner(), big.thread(), big.items(), big.bytes()))
                        .toList());
    }

    @Override
    public void print(Page page) {
        page.heading("Stored in schema " + schema);
        page.table(TextTable.of("", ">number", "oldest", "newest")
                .row("threads", Words.number(threads), threadTimes.oldest, threadTimes.newest)
                .row("items", Words.number(items), itemTimes.oldest, itemTimes.newest)
                .row("attachments", Words.number(attachments), "", "")
                .row("owners", Words.number(owners), "", ""));
        if (!itemsByType.isEmpty()) {
            page.heading("Items by type");
            TextTable types = TextTable.of("type", ">items");
            itemsByType.forEach(type -> types.row(type.type, Words.number(type.items)));
            page.table(types);
        }
        page.heading("Room");
        TextTable room = TextTable.of("table", ">rows", ">indexes", ">together");
        for (Space space : tables) {
            room.row(
                    space.table,
                    Words.bytes(space.tableBytes),
                    Words.bytes(space.indexBytes),
                    Words.bytes(space.tableBytes + space.indexBytes));
        }
        page.table(room.row("", "", "", Words.bytes(totalBytes)));
        if (!biggestThreads.isEmpty()) {
            page.heading("Biggest threads");
            TextTable biggest = TextTable.of("owner", "thread", ">items", ">size");
            biggestThreads.forEach(thread -> biggest.row(
                    thread.ownerId, thread.threadId, Words.number(thread.items), Words.bytes(thread.bytes)));
            page.table(biggest);
        }
    }
}
