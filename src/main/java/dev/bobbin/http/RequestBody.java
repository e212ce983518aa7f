package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.BODY_TOO_LARGE;

import dev.bobbin.problem.ProblemException;
import io.netty.handler.codec.DecoderException;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The body of a request: read whole, and never more of it than is reserved. */
final class RequestBody {

    /** Of what has come, so that bytes that come one by one take no more than others. */
    private static final int SEGMENT = 1 << 16;

    private static final String KEY = RequestBody.class.getName();

    private final RoutingContext http;
    private final HttpServerRequest request;
    private final MemoryBudgets budgets;
    private final TransferTimer timer;
    private final long limit;
    private final int length;
    private final Deque<Buffer> segments = new ArrayDeque<>();
    private int size;

    /** It will grow to {@link #most}, and has {@link #reserved}. */
    private MemoryBudget.@Nullable Reservation reservation;

    private long most;
    private long reserved = MemoryBudgets.SMALL;
    private Cancellable waiting = () -> {};

    private RequestBody(RoutingContext http, MemoryBudgets budgets, long limit, int length) {
        this.http = http;
        this.request = http.request();
        this.budgets = budgets;
        this.timer = new TransferTimer(http, budgets.config(), () -> http.fail(408));
        this.limit = limit;
        this.length = length;
    }

    /**
     * Reads it, and continues the request. Fails the request when it is longer than {@code limit}, when there is no
     * memory for it in time, and when its sender stalls or takes too long.
     *
     * @param length of a body of known length, else -1
     */
    static void read(RoutingContext http, MemoryBudgets budgets, long limit, int length) {
        RequestBody body = new RequestBody(http, budgets, limit, length);
        http.put(KEY, body);
        http.addEndHandler(over -> body.waiting.cancel());
        http.request().exceptionHandler(body::failed).handler(body::append).endHandler(ended -> body.complete());
        if (length <= MemoryBudgets.SMALL) {
            body.goOn();
        } else {
            body.reserveMore();
        }
    }

    static ProblemException longerThan(long limit) {
        return BODY_TOO_LARGE.because("The body is larger than the " + limit + " bytes this service accepts");
    }

    static RequestBody of(RoutingContext http) {
        return http.get(KEY);
    }

    int size() {
        return size;
    }

    /** Its bytes, which this object does not keep any longer. */
    byte[] take() {
        byte[] bytes = new byte[size];
        int at = 0;
        for (Buffer next = segments.poll(); next != null; next = segments.poll()) {
            next.getBytes(bytes, at);
            at += next.length();
        }
        return bytes;
    }

    private void goOn() {
        timer.start();
        if (size == 0 && request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            http.response().writeContinue();
        }
        request.resume();
    }

    private void append(Buffer chunk) {
        if (http.failed()) {
            return;
        }
        if (size + chunk.length() > limit) {
            fail(longerThan(limit));
            return;
        }
        timer.progress();
        size += chunk.length();
        if (segments.isEmpty() || segments.getLast().length() + chunk.length() > SEGMENT) {
            segments.add(Buffer.buffer(length < 0 ? chunk.length() : Math.min(SEGMENT, length)));
        }
        segments.getLast().appendBuffer(chunk);
        if (size >= reserved && size != length) {
            reserveMore();
        }
    }

    /** Doubles what is reserved, and lets the request go on once that is there. */
    private void reserveMore() {
        request.pause();
        timer.stop();
        if (reservation == null || reserved >= most) {
            // how much is still to come in chunks is unknown: most bodies are no larger than an ordinary one
            most = length >= 0 ? length : reservation == null ? MemoryBudgets.ORDINARY : limit;
            reservation = RequestMemory.of(http).hold(budgets.of(most).open(most));
        }
        long next = Math.min(most, Math.max(2 * reserved, MemoryBudgets.ORDINARY));
        waiting = budgets.grow(reservation, next, http)
                .subscribe()
                .with(
                        granted -> {
                            reserved = next;
                            if (isOpen()) {
                                goOn();
                            }
                        },
                        this::fail);
    }

    private boolean isOpen() {
        return !http.failed() && !http.response().ended() && !http.response().closed();
    }

    private void complete() {
        timer.stop();
        if (reservation != null) {
            reservation.settle(size);
        }
        if (!http.failed()) {
            http.next();
        }
    }

    private void failed(Throwable cause) {
        // otherwise the client is gone
        if (cause instanceof DecoderException) {
            http.fail(400, cause);
        }
    }

    private void fail(Throwable problem) {
        segments.clear();
        http.fail(problem);
    }
}
