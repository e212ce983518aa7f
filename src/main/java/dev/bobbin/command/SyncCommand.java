package dev.bobbin.command;

import dev.bobbin.database.migration.Mending;
import dev.bobbin.database.migration.Migrations;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code db sync}. */
@Command(
        name = "sync",
        header = "Add to the tables what is missing.",
        description = {
            "Adds what `db drift` shows to be missing. Nothing is dropped, narrowed or renamed: what only that could"
                    + " mend is listed, with what to do about it. To run it again does nothing."
        },
        exitCodeList = {
            ExitCode.OK_HELP,
            ExitCode.FAILED_HELP,
            ExitCode.USAGE_HELP,
            ExitCode.UNREACHABLE_HELP,
            ExitCode.DRIFT_HELP
        })
final class SyncCommand extends ChangingCommand {

    @Override
    Report work(Settings settings, Consumer<String> news) {
        Mending mending = new Mending(settings.target(), Migrations.ours(), news);
        return isDryRun() ? SyncReport.planned(mending.plan()) : SyncReport.of(mending.run());
    }
}
