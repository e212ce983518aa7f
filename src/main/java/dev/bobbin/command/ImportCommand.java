package dev.bobbin.command;

import dev.bobbin.StartupException;
import dev.bobbin.openai.conversation.SdkConversations;
import dev.bobbin.owner.Owner;
import dev.bobbin.problem.ProblemException;
import dev.bobbin.transfer.Counts;
import dev.bobbin.transfer.ImportLine;
import dev.bobbin.transfer.ImportReport;
import dev.bobbin.transfer.OnConflict;
import dev.bobbin.transfer.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "import",
        header = "Store what `db export` or another program has written.",
        description = "In short transactions. What is stored already, byte for byte, is passed over: if the command is"
                + " interrupted, running it again goes on. Reads files that are compressed by gzip, too.")
final class ImportCommand extends DataCommand {

    /** Where the lines come from. */
    enum From {
        BOBBIN,
        CHATKIT_SQLITE,
        OPENAI_CONVERSATIONS
    }

    @Option(
            names = "--tenant",
            paramLabel = "<tenant>",
            description = "Whose it becomes. Unless given, the tenants that the file names.")
    private @Nullable String tenant;

    @Option(
            names = "--user",
            paramLabel = "<user>",
            description =
                    "Whose it becomes. Needs --tenant, and a file of one user. Unless given, the users that the file"
                            + " names.")
    private @Nullable String user;

    @Option(
            names = "--file",
            paramLabel = "<file>",
            defaultValue = "-",
            description = "The file to read, or - for standard input, which is what it is unless given.")
    @SuppressWarnings("NullAway.Init")
    private Path path;

    @Option(
            names = "--from",
            paramLabel = "bobbin|chatkit-sqlite|openai-conversations",
            defaultValue = "bobbin",
            description =
                    "Who wrote the file: Bobbin unless given; the SQLite store of ChatKit's samples, which needs the"
                            + " program sqlite3; or a program that wrote the SDK's objects of OpenAI's conversations.")
    @SuppressWarnings("NullAway.Init")
    private String from;

    @Option(
            names = "--on-conflict",
            paramLabel = "keep|replace|fail",
            defaultValue = "keep",
            description =
                    "What to do with a row whose id is stored with another document: keep what is stored, which is"
                            + " what happens unless given, replace it, or fail, before anything of its transaction is"
                            + " stored.")
    @SuppressWarnings("NullAway.Init")
    private OnConflict onConflict;

    private @Nullable Owner single;

    @Override
    Report run(DbCommand.Context context) {
        if (user != null && tenant == null) {
            throw new StartupException("--user needs --tenant: two tenants may have a user of the same name");
        }
        try (InputStream in = open();
                ProgressLine line = context.line()) {
            DirectImportStore store = new DirectImportStore(context.target(), source(in), this::owner, onConflict);
            ImportReport result = store.run(line::event, number -> line.show("Stored up to line " + number));
            return report(result, store.complete());
        } catch (IOException failed) {
            throw new DataFailure(path + " cannot be read: " + failed, failed);
        }
    }

    private static Report report(ImportReport result, boolean complete) {
        Members members = new Members().with("complete", complete).withJson("{" + result.members() + "}");
        String counts = Stream.of(Outcome.values())
                .map(outcome -> TextPrinter.counts(result.of(outcome)) + " " + outcome.label())
                .filter(text -> !text.startsWith(TextPrinter.counts(Counts.NONE)))
                .collect(Collectors.joining("; "));
        String lacking = " What was there is stored, but lines are missing: the export was not complete.";
        String verdict = (counts.isEmpty() ? "Nothing to import" : counts) + "." + (complete ? "" : lacking);
        return new Report(complete ? ExitCode.OK : ExitCode.FAILED, members, text -> text.verdict(complete, verdict));
    }

    private InputStream open() throws IOException {
        if (format() == From.CHATKIT_SQLITE) {
            return SqliteFile.open(path);
        }
        return path.toString().equals("-") ? System.in : Files.newInputStream(path);
    }

    private ImportSource source(InputStream in) throws IOException {
        FileLines lines = new FileLines(in);
        return switch (format()) {
            case BOBBIN -> new ImportSource(lines, null);
            case CHATKIT_SQLITE -> new ImportSource(lines, new SqliteFile()::lines);
            case OPENAI_CONVERSATIONS -> new ImportSource(lines, new SdkConversations()::lines);
        };
    }

    private From format() {
        return Stream.of(From.values())
                .filter(each ->
                        each.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(from))
                .findFirst()
                .orElseThrow(() -> new StartupException(
                        "--from must be bobbin, chatkit-sqlite or openai-conversations, and not " + from));
    }

    private Owner owner(ImportLine.Header header) {
        String ofTenant = tenant == null ? header.tenant() : tenant;
        String ofUser = user == null ? header.user() : user;
        if (ofTenant == null || ofUser == null) {
            throw new StartupException("The file does not say whose it is: give --tenant and --user");
        }
        try {
            Owner named = new Owner(ofTenant, header.user() == null ? ofUser : header.user());
            if (user != null && single != null && !single.equals(named)) {
                throw new StartupException("The file has what several users have. Leave out --user, so that each keeps"
                        + " what is theirs");
            }
            single = named;
            return new Owner(ofTenant, ofUser);
        } catch (ProblemException impossible) {
            throw new StartupException("No owner can have these names: " + impossible.detail());
        }
    }
}
