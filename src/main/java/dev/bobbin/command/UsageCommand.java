package dev.bobbin.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "usage",
        header = "Show how much tenants and users have stored.",
        description =
                "Threads, items, attachments' records, and the bytes of their documents, for each tenant and for the"
                        + " largest users. The counts are exact and of one moment, so all of these rows are read. Changes"
                        + " nothing.")
final class UsageCommand extends DataCommand {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OwnerOptions options;

    @Option(
            names = "--top",
            paramLabel = "<n>",
            defaultValue = "20",
            description = "How many of the largest users to list: ${DEFAULT-VALUE} unless given.")
    private int top;

    @Override
    Report run(DbCommand.Context context) {
        Members usage = new Members()
                .withJson(TenantUsageStore.count(
                        context.target(), options.owners(), Math.max(top, 0), context.progress()));
        return new Report(
                ExitCode.OK,
                usage,
                text -> text.section("Stored in schema " + context.target().schema(), usage));
    }
}
