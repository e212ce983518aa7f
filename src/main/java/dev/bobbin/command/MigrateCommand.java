package dev.bobbin.command;

import dev.bobbin.database.migration.Migration;
import dev.bobbin.database.migration.Migrations;
import dev.bobbin.database.migration.Migrator;
import dev.bobbin.database.migration.Rehearsal;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code db migrate}. */
@Command(
        name = "migrate",
        header = "Bring the schema to this build's version.",
        description = {
            "Does what a start of the service does. Tables made by hand are taken over"
                    + " with every row. What cannot be migrated safely is refused, and left as it was."
        })
final class MigrateCommand extends ChangingCommand {

    @Override
    Report work(Settings settings, Consumer<String> news) {
        List<Migration> migrations = Migrations.ours();
        if (isDryRun()) {
            return DryRunReport.of(new Rehearsal(settings.target(), migrations, news).migrate());
        }
        long start = System.nanoTime();
        Migrator.Result result = new Migrator(settings.target(), migrations, news).migrate();
        return MigrateReport.of(result, Duration.ofNanos(System.nanoTime() - start));
    }
}
