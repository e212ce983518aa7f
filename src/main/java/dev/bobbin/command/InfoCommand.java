package dev.bobbin.command;

import dev.bobbin.schema.Migration;
import dev.bobbin.schema.Migrations;
import dev.bobbin.schema.ServerInfo;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code db info}. */
@Command(
        name = "info",
        header = "Tell where the database is, and how its schema stands.",
        description = {
            "Its version, its history, what is pending, and how the database was reached. Waits for a database that sleeps,"
                    + " as long as bobbin.migrate-timeout says, and tells how long it slept. Changes nothing."
        })
final class InfoCommand extends DatabaseCommand {

    @Override
    Report work(Settings settings, Consumer<String> progress) {
        List<Migration> migrations = Migrations.ours();
        return InfoReport.of(settings, migrations, ServerInfo.of(settings.target(), migrations, progress));
    }
}
