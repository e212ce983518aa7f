package dev.bobbin.command;

import dev.bobbin.schema.Adoption;
import dev.bobbin.schema.DeployCheck;
import dev.bobbin.schema.Migration;
import dev.bobbin.schema.Migrations;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code db check}. */
@Command(
        name = "check",
        header = "Check a deployment: what is pending, and what stands against it.",
        description = {
            "Tells whether migrations are pending and whether one of them does more than add, whether the tables"
                    + " are as our migrations make them, and whether another service lives here. Of several findings the"
                    + " highest exit code tells. Changes nothing."
        },
        exitCodeList = {
            ExitCode.OK_HELP,
            ExitCode.FAILED_HELP,
            ExitCode.USAGE_HELP,
            ExitCode.UNREACHABLE_HELP,
            ExitCode.PENDING_HELP,
            ExitCode.DESTRUCTIVE_HELP,
            ExitCode.DRIFT_HELP,
            ExitCode.FOREIGN_HELP,
            ExitCode.HISTORY_HELP
        })
final class CheckCommand extends DatabaseCommand {

    @Override
    Report work(Settings settings, Consumer<String> progress) {
        List<Migration> migrations = Migrations.ours();
        DeployCheck check = DeployCheck.of(settings.target(), migrations, progress);
        Adoption adoption =
                check.inspection().isAdoptable() ? Adoption.of(settings.target(), migrations, progress) : null;
        return CheckReport.of(settings, Migrations.newest(migrations), check, adoption);
    }
}
