package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.BUSY;

import dev.bobbin.document.FetchLimit;
import dev.bobbin.page.PageConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * The parts of the heap that are for bodies, for documents that are read, and for answers that have not been sent. Large
 * ones cannot take what is for ordinary ones, and small ones, which are most, reserve nothing.
 */
@ApplicationScoped
class MemoryBudgets {

    /** Bytes up to which nothing is reserved: of shorter ones a hundred take no more than a long one. */
    static final int SMALL = 1 << 16;

    /** Bytes up to which a statement brings documents although nothing is reserved: ten connections bring 2.5 MiB. */
    static final int ORDINARY = 1 << 18;

    /** A body is held three times while it is decoded, twice as much if it has characters beyond Latin-1, and is sent. */
    private static final int LARGE_FRACTION = 12;

    private static final int ORDINARY_FRACTION = 48;

    private final MemoryBudget large;
    private final MemoryBudget ordinary;
    private final long pageBytes;
    private final MemoryConfig config;

    MemoryBudgets(MemoryConfig config, PageConfig pages) {
        long heap = Runtime.getRuntime().maxMemory();
        this.large = new MemoryBudget(heap / LARGE_FRACTION);
        this.ordinary = new MemoryBudget(heap / ORDINARY_FRACTION);
        this.pageBytes = Math.min(pages.maxBytes().asLongValue(), large.size());
        this.config = config;
    }

    /** The one from which so many bytes are to be reserved. */
    MemoryBudget of(long bytes) {
        return bytes <= ORDINARY ? ordinary : large;
    }

    /** The most bytes that one request can reserve. */
    long largest() {
        return large.size();
    }

    FetchLimit limit(long fetch) {
        return new FetchLimit(fetch, pageBytes);
    }

    MemoryConfig config() {
        return config;
    }

    /**
     * Grows a request's reservation to so many bytes in all, and waits for them.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when they do not come in time; the reservation is released
     */
    Uni<Void> grow(MemoryBudget.Reservation reservation, long bytes, RoutingContext http) {
        return Uni.createFrom().emitter(emitter -> {
            Context context = http.vertx().getOrCreateContext();
            if (reservation.grow(bytes, () -> context.runOnContext(granted -> emitter.complete(null)))) {
                emitter.complete(null);
                return;
            }
            long timer = http.vertx().setTimer(config.waitTimeout().toMillis(), over -> {
                if (reservation.giveUp()) {
                    emitter.fail(BUSY.because("Other large bodies and answers take the memory there is; try again"));
                }
            });
            emitter.onTermination(() -> http.vertx().cancelTimer(timer));
        });
    }
}
