package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.BUSY;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The room that the heap has for bodies. A body becomes text, a tree, text again, and what the driver sends: it takes a
 * multiple of its length until it is answered, and a process that runs out of memory is of no use to anybody. So bodies that
 * are not small enter in the order in which they come, as room gets free, and what waits is not read yet.
 */
final class Room {

    /** Of shorter ones a hundred take no more than one long one. */
    private static final int SMALL = 1 << 16;

    /** A thread's item of 8 MB was stored and read with a heap of 100 MiB; of the next size it was not. */
    private static final int SHARE = 12;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final long size;
    private final Queue<Entrant> waiting = new ArrayDeque<>();
    private long taken;

    /**
     * @param heap the most bytes that the heap may have
     */
    Room(long heap) {
        size = heap / SHARE;
    }

    /** The most bytes for which there ever is room. */
    long size() {
        return size;
    }

    /**
     * Calls {@code enter} once there is room, on the context of this call, and holds the room until the request is over. After
     * {@link #PATIENCE} the request fails as busy instead.
     *
     * @param bytes at most {@link #size}
     */
    void admit(RoutingContext http, long bytes, Runnable enter) {
        if (bytes < SMALL) {
            enter.run();
            return;
        }
        Vertx vertx = http.vertx();
        Context context = vertx.getOrCreateContext();
        Entrant entrant = new Entrant(bytes, () -> context.runOnContext(ignored -> enter.run()));
        long timer = vertx.setTimer(PATIENCE.toMillis(), ignored -> {
            if (givesUp(entrant)) {
                http.fail(BUSY.because("Other large bodies take the memory there is; nothing was done, try again"));
            }
        });
        http.addEndHandler(ignored -> {
            vertx.cancelTimer(timer);
            leave(entrant);
        });
        synchronized (this) {
            waiting.add(entrant);
            fill();
        }
    }

    private synchronized boolean givesUp(Entrant entrant) {
        boolean waited = waiting.remove(entrant);
        // the next may need less
        fill();
        return waited;
    }

    private synchronized void leave(Entrant entrant) {
        if (!waiting.remove(entrant) && entrant.inside) {
            entrant.inside = false;
            taken -= entrant.bytes;
        }
        fill();
    }

    private void fill() {
        for (Entrant next = waiting.peek(); next != null && taken + next.bytes <= size; next = waiting.peek()) {
            waiting.remove();
            next.inside = true;
            taken += next.bytes;
            next.enter.run();
        }
    }

    private static final class Entrant {
        private final long bytes;
        private final Runnable enter;
        private boolean inside;

        private Entrant(long bytes, Runnable enter) {
            this.bytes = bytes;
            this.enter = enter;
        }
    }
}
