package dev.bobbin.http;

import dev.bobbin.document.FetchLimit;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * The parts of the heap for bodies, for documents that are read, and for responses until they are sent. Large ones cannot take
 * the part of ordinary ones; small ones, which are most, reserve nothing.
 */
@ApplicationScoped
class MemoryBudgets {

    /** The most bytes for which nothing is reserved. */
    static final int SMALL = 1 << 16;

    /** The most bytes that a statement returns before anything is reserved. */
    static final int ORDINARY = 1 << 18;

    /** A body is held three times while it is decoded, twice as much if it has characters beyond Latin-1, and is sent. */
    private static final int LARGE_FRACTION = 12;

    private static final int ORDINARY_FRACTION = 48;

    private final MemoryBudget large;
    private final MemoryBudget ordinary;
    private final long pageBytes;
    private final HttpConfig.Memory config;

    MemoryBudgets(HttpConfig config) {
        long heap = Runtime.getRuntime().maxMemory();
        this.large = new MemoryBudget(heap / LARGE_FRACTION);
        this.ordinary = new MemoryBudget(heap / ORDINARY_FRACTION);
        this.pageBytes = Math.min(config.page().maxBytes().asLongValue(), large.size());
        this.config = config.memory();
    }

    /** The budget for so many bytes. */
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

    HttpConfig.Memory config() {
        return config;
    }
}
