package dev.bobbin.command;

import dev.bobbin.StartupException;
import dev.bobbin.transfer.Counts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "erase",
        header = "Erase all that a user, a tenant or everyone has stored.",
        description = "Threads, items, attachments' records and prepared search texts, in short transactions. If it is"
                + " interrupted, what was erased stays erased, and running it again goes on. Rows that are written"
                + " meanwhile may be left: end the user's sessions first. There is no way back but a backup.")
final class EraseCommand extends DataCommand {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OwnerOptions options;

    @Option(names = "--all", description = "Erase what all tenants have. Not together with --tenant.")
    private boolean all;

    @Option(names = "--dry-run", description = "Count what would be erased, and change nothing.")
    private boolean dryRun;

    @Override
    Report run(DbCommand.Context context) {
        Owners owners = options.owners();
        if (all != owners.equals(Owners.ALL)) {
            throw new StartupException("either --tenant, with or without --user, or --all is needed");
        }
        EraseStore store = new EraseStore(context.target(), owners);
        try (ProgressLine line = context.line()) {
            Counts counts = dryRun
                    ? store.count(line::event)
                    : store.erase(line::event, erased -> line.show(TextPrinter.counts(erased) + " erased"));
            return Report.of(
                    ExitCode.OK,
                    dryRun
                            ? TextPrinter.counts(counts) + " would be erased. Nothing was changed."
                            : TextPrinter.counts(counts) + " erased.",
                    new Members().with("dry_run", dryRun).withAll(counts));
        }
    }
}
