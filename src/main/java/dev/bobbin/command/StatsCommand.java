package dev.bobbin.command;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.bobbin.schema.Stats;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code db stats}. */
@Command(
        name = "stats",
        header = "Count what is stored.",
        description = {
            "Threads, items by type, attachments, owners, the space they take, and the threads that"
                    + " take the most. The counts are exact and of one moment, so a large database is read as a whole."
                    + " Changes nothing."
        })
final class StatsCommand extends DatabaseCommand {

    @Override
    Report work(Settings settings, Consumer<String> progress) {
        return new Counted(ExitCode.OK, Stats.of(settings.target(), progress));
    }

    /** Times are in UTC. */
    @RegisterForReflection
    record Counted(int exitCode, @JsonUnwrapped Stats stats) implements Report {

        @Override
        public void print(TextPrinter text) {
            text.heading("Stored in schema " + stats.schema());
            text.table(TextTable.of("", ">number", "oldest", "newest")
                    .row(
                            "threads",
                            Words.number(stats.threads()),
                            stats.threadTimes().oldest(),
                            stats.threadTimes().newest())
                    .row(
                            "items",
                            Words.number(stats.items()),
                            stats.itemTimes().oldest(),
                            stats.itemTimes().newest())
                    .row("attachments", Words.number(stats.attachments()), "", "")
                    .row("owners", Words.number(stats.owners()), "", ""));
            if (!stats.itemsByType().isEmpty()) {
                text.heading("Items by type");
                TextTable types = TextTable.of("type", ">items");
                stats.itemsByType().forEach(type -> types.row(type.type(), Words.number(type.items())));
                text.table(types);
            }
            text.heading("Space");
            TextTable space = TextTable.of("table", ">rows", ">indexes", ">together");
            for (Stats.Space table : stats.tables()) {
                space.row(
                        table.table(),
                        Words.bytes(table.tableBytes()),
                        Words.bytes(table.indexBytes()),
                        Words.bytes(table.tableBytes() + table.indexBytes()));
            }
            text.table(space.row("", "", "", Words.bytes(stats.totalBytes())));
            if (!stats.biggestThreads().isEmpty()) {
                text.heading("Biggest threads");
                TextTable biggest = TextTable.of("owner", "thread", ">items", ">size");
                stats.biggestThreads()
                        .forEach(thread -> biggest.row(
                                thread.ownerId(),
                                thread.threadId(),
                                Words.number(thread.items()),
                                Words.bytes(thread.bytes())));
                text.table(biggest);
            }
        }
    }
}
