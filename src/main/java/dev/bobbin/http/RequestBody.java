package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.BODY_TOO_LARGE;

import dev.bobbin.problem.ProblemException;
import io.netty.handler.codec.DecoderException;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** The body of a request: read whole, and never more of it than is reserved. */
final class RequestBody {

    private static final String KEY = RequestBody.class.getName();
    private static final Buffer NOTHING = Buffer.buffer();

    private final RoutingContext http;
    private final HttpServerRequest request;
    private final RequestMemory memory;
    private final TransferTimer timer;
    private final long limit;
    private final int length;
    private Buffer bytes = NOTHING;
    private long announced;
    private long reserved = MemoryBudgets.SMALL;
    private Cancellable waiting = () -> {};

    private RequestBody(RoutingContext http, MemoryBudgets budgets, long limit, int length) {
        this.http = http;
        this.request = http.request();
        this.memory = new RequestMemory(http, budgets);
        this.timer = new TransferTimer(http.vertx(), System::nanoTime, budgets.config(), () -> http.fail(408));
        this.limit = limit;
        this.length = length;
    }

    /**
     * Reads it, and continues the request. Fails the request if the body is longer than {@code limit}, if there is no memory
     * for it in time, and if its sender stalls or takes too long.
     *
     * @param length of a body of known length, else -1
     */
    static void read(RoutingContext http, MemoryBudgets budgets, long limit, int length) {
        RequestBody body = new RequestBody(http, budgets, limit, length);
        http.put(KEY, body);
        http.addEndHandler(ended -> body.stop());
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
        return bytes.length();
    }

    RequestMemory memory() {
        return memory;
    }

    /** Its bytes, which this object does not keep any longer. */
    Buffer take() {
        Buffer taken = bytes;
        bytes = NOTHING;
        return taken;
    }

    private void goOn() {
        timer.start();
        if (size() == 0 && request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            http.response().writeContinue();
        }
        request.resume();
    }

    private void append(Buffer chunk) {
        if (http.failed()) {
            return;
        }
        if ((long) size() + chunk.length() > limit) {
            fail(longerThan(limit));
            return;
        }
        timer.progress();
        if (chunk.length() == length) {
            bytes = chunk;
            return;
        }
        if (bytes == NOTHING) {
            // a chunk itself may be part of a larger buffer
            bytes = Buffer.buffer(length < 0 ? chunk.length() : Math.min(MemoryBudgets.SMALL, length));
        }
        bytes.appendBuffer(chunk);
        if (size() >= reserved && size() != length) {
            reserveMore();
        }
    }

    /** Doubles what is reserved, and lets the request go on when that is granted. */
    private void reserveMore() {
        request.pause();
        timer.stop();
        if (reserved >= announced) {
            // most bodies of unknown length are no larger than an ordinary one
            announced = length >= 0 ? length : announced == 0 ? MemoryBudgets.ORDINARY : limit;
            memory.announce(announced);
        }
        long next = Math.min(announced, Math.max(2 * reserved, MemoryBudgets.ORDINARY));
        waiting = memory.grow(next)
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
        memory.settle(size());
        if (!http.failed()) {
            http.next();
        }
    }

    private void stop() {
        timer.stop();
        waiting.cancel();
    }

    private void failed(Throwable cause) {
        // otherwise the client is gone
        if (cause instanceof DecoderException) {
            http.fail(400, cause);
        }
    }

    private void fail(Throwable problem) {
        bytes = NOTHING;
        http.fail(problem);
    }
}
