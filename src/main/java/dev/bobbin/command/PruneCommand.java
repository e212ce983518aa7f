package dev.bobbin.command;

import dev.bobbin.command.RetentionConfig.Age;
import dev.bobbin.transfer.Counts;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "prune",
        header = "Delete old threads.",
        description =
                "With their items and attachments' records, and records of attachments that have no thread and are as"
                        + " old, in short transactions. Without --older-than, the settings say what is old, for each"
                        + " tenant. If it is interrupted, running it again goes on.")
final class PruneCommand extends DataCommand {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OwnerOptions options;

    @Option(
            names = "--older-than",
            paramLabel = "<age>",
            converter = AgeReader.class,
            description = "How old: 365d for days, 12h for hours. Instead of BOBBIN_RETENTION_OLDER_THAN and"
                    + " BOBBIN_RETENTION_TENANTS.")
    private @Nullable Age olderThan;

    @Option(
            names = "--by",
            paramLabel = "active_at|created_at",
            defaultValue = "active_at",
            description = "Whether the newest item's time decides, or that of the thread's creation: ${DEFAULT-VALUE}"
                    + " unless given.")
    @SuppressWarnings("NullAway.Init")
    private PruneStore.By by;

    @Option(names = "--archived-only", description = "Delete archived threads only.")
    private boolean archivedOnly;

    @Option(names = "--dry-run", description = "Count what would be deleted, and change nothing.")
    private boolean dryRun;

    @Override
    Report run(DbCommand.Context context) {
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        Age given = olderThan;
        Function<String, Age> ages =
                given == null ? RetentionConfig.ages(context.settings().retention()) : tenant -> given;
        PruneStore store =
                new PruneStore(context.target(), options.owners(), by, archivedOnly, tenant -> ages.apply(tenant)
                        .before(now));
        try (ProgressLine line = context.line()) {
            Counts counts =
                    store.prune(dryRun, line::event, deleted -> line.show(TextPrinter.counts(deleted) + " found"));
            return Report.of(
                    ExitCode.OK,
                    TextPrinter.counts(counts) + (dryRun ? " would be deleted. Nothing was changed." : " deleted."),
                    new Members()
                            .with("dry_run", dryRun)
                            .with("by", by)
                            .with("archived_only", archivedOnly)
                            .withAll(counts));
        }
    }

    static final class AgeReader implements ITypeConverter<Age> {
        @Override
        public Age convert(String value) {
            try {
                return Age.of(value);
            } catch (IllegalArgumentException malformed) {
                throw new TypeConversionException(String.valueOf(malformed.getMessage()));
            }
        }
    }
}
