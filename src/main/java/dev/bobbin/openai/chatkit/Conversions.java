package dev.bobbin.openai.chatkit;

import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.page.OpenAiList;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Makes answers of stored rows. Every document has one; those that lack something are counted. */
@ApplicationScoped
class Conversions {

    /** More bytes are converted on a worker thread. */
    private static final int LARGE = 1 << 20;

    /** What was read and what is made of it are held. */
    private static final int COPIES = 2;

    private final Counter incomplete;

    Conversions(MeterRegistry meters) {
        this.incomplete = Counter.builder("bobbin.openai.incomplete.documents")
                .description("Answers made of documents that lack something")
                .register(meters);
    }

    /**
     * An object of an answer.
     *
     * @param id that pages of a list are next to
     */
    record Element(String id, Converted object) {}

    /** The answer with the only object of a row. */
    Uni<Fetched> one(Stored row, Function<Stored, Converted> conversion) {
        return row.document() == null
                ? Uni.createFrom().item(Fetched.tooLarge(held(row.bytes())))
                : run(row.bytes(), () -> new Fetched(List.of(json(conversion.apply(row))), held(row.bytes())));
    }

    /**
     * A page as OpenAI's SDKs read it. It ends before a document that would make it larger than {@link FetchLimit#page}, but has at least one object.
     *
     * @param rows one more than are needed for the page, if there are more
     * @param needed as many as the page has objects, and those before them that may have none
     * @param noId JSON for the ids that an empty page does not have
     */
    Uni<Fetched> list(
            List<Stored> rows,
            int needed,
            int limit,
            FetchLimit most,
            String noId,
            Function<Stored, List<Element>> conversion) {
        int count = 0;
        long sum = 0;
        while (count < Math.min(needed, rows.size())
                && (count <= needed - limit || sum + rows.get(count).bytes() <= most.page())) {
            sum += rows.get(count++).bytes();
        }
        long bytes = sum;
        List<Stored> page = rows.subList(0, count);
        if (page.stream().anyMatch(row -> row.document() == null)) {
            return Uni.createFrom().item(Fetched.tooLarge(held(bytes)));
        }
        boolean others = count < rows.size();
        return run(bytes, () -> {
            OpenAiList list = new OpenAiList(noId);
            int found = 0;
            for (Stored row : page) {
                for (Element element : conversion.apply(row)) {
                    if (found++ < limit) {
                        list.add(element.id(), List.of(json(element.object())));
                    }
                }
            }
            return new Fetched(list.json(others || found > limit), held(bytes));
        });
    }

    private Buffer json(Converted object) {
        if (!object.isComplete()) {
            incomplete.increment();
        }
        return object.end();
    }

    private static long held(long bytes) {
        return COPIES * bytes;
    }

    private static <T> Uni<T> run(long bytes, Supplier<T> work) {
        return bytes < LARGE
                ? Uni.createFrom().item(work)
                : Uni.createFrom()
                        .completionStage(Vertx.currentContext()
                                .<T>executeBlocking(result -> result.complete(work.get()), false)
                                .toCompletionStage());
    }
}
