package dev.bobbin.command;

import dev.bobbin.database.inspection.Contents;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code db stats}. */
@Command(
        name = "stats",
        header = "Count what is stored.",
        description = {
            "Threads, items by type, attachments, owners, the room they take, and the threads that"
                    + " take the most. The counts are exact and of one moment, so a large database is read as a whole."
                    + " Changes nothing."
        })
final class StatsCommand extends DatabaseCommand {

    @Override
    Report work(Settings settings, Consumer<String> news) {
        return StatsReport.of(settings.target().schema(), Contents.of(settings.target(), news));
    }
}
