package dev.bobbin.transfer;

import static dev.bobbin.problem.ProblemType.CONFLICT;
import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.document.NewDocument;
import dev.bobbin.http.RequestBodyFilter;
import dev.bobbin.owner.Owner;
import dev.bobbin.problem.ProblemException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One import, from the first line of its stream to the last. What is stored stays, whatever comes after it. */
final class Import {

    /** In one transaction. */
    private static final int MOST_ROWS = 1_000;

    private final RoutingContext http;
    private final RequestBodyFilter bodies;
    private final ImportStore store;
    private final Owner owner;
    private final OnConflict onConflict;
    private final Clock clock;

    private final ImportReport report = new ImportReport();
    /** The first line that is not stored, from 1 on. */
    private long next = 1;

    private ImportLine.@Nullable Header header;
    private Counts sinceHeader = Counts.NONE;
    private boolean complete;

    Import(
            RoutingContext http,
            RequestBodyFilter bodies,
            ImportStore store,
            Owner owner,
            OnConflict onConflict,
            Clock clock) {
        this.http = http;
        this.bodies = bodies;
        this.store = store;
        this.owner = owner;
        this.onConflict = onConflict;
        this.clock = clock;
    }

    /** Rows that are stored together, and why the line after them is not. */
    private record Step(ImportBatch rows, List<Long> lines, long after, @Nullable ProblemException problem) {}

    /** Stores the body's rows and returns the report as JSON. */
    Uni<String> run() {
        return bodies.lines(http, this::store)
                .onFailure(ProblemException.class)
                .transform(failure -> atLine((ProblemException) failure))
                .map(done -> '{' + report.members() + ",\"complete\":" + complete + '}');
    }

    private ProblemException atLine(ProblemException problem) {
        String detail = problem.detail().replaceFirst("^Line 1, c", "C");
        String stored = next == 1
                ? ". Nothing was stored"
                : ". The lines before it are stored: go on from there, or send all of them again";
        Throwable cause = problem.getCause();
        String located = "Line " + next + ": " + detail + stored;
        return cause == null ? problem.type().because(located) : problem.type().because(located, cause);
    }

    private Uni<Void> store(Buffer lines) {
        int[] at = {0};
        return Multi.createBy()
                .repeating()
                .uni(() -> RequestBodyFilter.parse(http, lines.length() - at[0], () -> read(lines, at))
                        .flatMap(this::store))
                .whilst(stored -> at[0] < lines.length())
                .onItem()
                .ignoreAsUni();
    }

    /** Reads lines from a place on, and moves that after the last one. */
    private Step read(Buffer lines, int[] at) {
        ImportBatch batch = new ImportBatch();
        List<Long> numbers = new ArrayList<>();
        long number = next;
        while (at[0] < lines.length() && batch.size() < MOST_ROWS) {
            int end = endOfLine(lines, at[0]);
            try {
                ImportLine line = ImportLine.read(text(lines.slice(at[0], end)), NewDocument.now(clock));
                if (line instanceof ImportLine.Row row) {
                    bodies.checkSize(row.row().document().text());
                    if (!batch.add(row.row())) {
                        break;
                    }
                    numbers.add(number);
                    sinceHeader = sinceHeader.plus(Counts.of(row.row().section(), 1));
                    complete = false;
                } else if (line instanceof ImportLine.Header begun) {
                    begin(begun);
                } else if (line instanceof ImportLine.End ended) {
                    complete = ended.counts().equals(sinceHeader);
                }
            } catch (ProblemException problem) {
                return new Step(batch, numbers, number, problem);
            }
            number++;
            at[0] = end + 1;
        }
        return new Step(batch, numbers, number, null);
    }

    private static int endOfLine(Buffer lines, int from) {
        int end = lines.getByteBuf().indexOf(from, lines.length(), (byte) '\n');
        return end < 0 ? lines.length() : end;
    }

    private static String text(Buffer line) {
        String text = RequestBodyFilter.utf8(line);
        if (text.isBlank()) {
            throw INVALID_REQUEST.because("it is empty");
        }
        return text;
    }

    private void begin(ImportLine.Header begun) {
        if (header != null && !header.equals(begun)) {
            throw INVALID_REQUEST.because("here begins the export of another owner; import each by itself");
        }
        header = begun;
        sinceHeader = Counts.NONE;
        complete = false;
    }

    /** Never of nothing, after which the loop would go on. */
    private Uni<Boolean> store(Step step) {
        if (step.rows().isEmpty()) {
            return Uni.createFrom().item(() -> finish(step, List.of()));
        }
        return store.store(owner, step.rows(), onConflict)
                .map(outcomes -> finish(step, outcomes))
                .onFailure(ImportStore.Conflict.class)
                .recoverWithUni(conflict -> storeBefore(((ImportStore.Conflict) conflict).row, step));
    }

    private Uni<Boolean> storeBefore(int row, Step step) {
        long line = step.lines().get(row);
        ProblemException conflict =
                CONFLICT.because("its id is stored with another document, or it is an item whose thread is not stored");
        return store(new Step(step.rows().first(row), step.lines(), line, conflict));
    }

    private boolean finish(Step step, List<Outcome> outcomes) {
        outcomes.forEach(outcome -> report.add(step.rows().section(), outcome));
        next = step.after();
        if (step.problem() != null) {
            throw step.problem();
        }
        return true;
    }
}
