package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.BODY_TOO_LARGE;
import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.problem.ProblemType.REQUEST_TIMEOUT;

import io.netty.handler.codec.DecoderException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/**
 * A body of any length, passed on in whole lines: as many as there is memory for at once, at least one. Nothing is read while
 * these are worked on. A line is bounded, and so is the time in which the lines that are passed on together arrive.
 */
final class RequestLines {

    private final RoutingContext http;
    private final HttpServerRequest request;
    private final Context context;
    private final MemoryBudgets budgets;
    private final RequestMemory memory;
    private final long longest;
    private final Function<Buffer, Uni<Void>> work;
    private final BodyPieces pieces;
    private final UniEmitter<? super Void> result;

    private TransferTimer timer;
    private Buffer held = Buffer.buffer();
    private long reserved;
    private boolean oneLine;
    private boolean begun;
    private boolean ended;
    private boolean over;
    private Cancellable waiting = () -> {};

    private RequestLines(
            RoutingContext http,
            MemoryBudgets budgets,
            long longest,
            Function<Buffer, Uni<Void>> work,
            UniEmitter<? super Void> result) {
        this.http = http;
        this.request = http.request();
        this.context = http.vertx().getOrCreateContext();
        this.budgets = budgets;
        this.memory = new RequestMemory(http, budgets);
        this.longest = longest;
        this.work = work;
        this.pieces = new BodyPieces(RequestBodyFilter.isGzip(request));
        this.result = result;
        this.timer = newTimer();
    }

    /**
     * Reads the body of a paused request to its end.
     *
     * @param longest the most bytes of a line
     * @param work what is done with lines, of which only the last one of the body may lack its line break
     * @throws dev.bobbin.problem.ProblemException in the Uni, when the work fails, a line is too long, there is no memory for it
     *     in time, or the sender stalls or takes too long
     */
    static Uni<Void> read(RoutingContext http, MemoryBudgets budgets, long longest, Function<Buffer, Uni<Void>> work) {
        return Uni.createFrom().emitter(result -> new RequestLines(http, budgets, longest, work, result).begin());
    }

    private void begin() {
        http.addEndHandler(gone -> stop());
        request.exceptionHandler(this::broken).handler(this::arrived).endHandler(last -> end());
        ended = request.isEnded();
        reserve();
        proceed();
    }

    private TransferTimer newTimer() {
        return new TransferTimer(
                http.vertx(),
                System::nanoTime,
                budgets.config(),
                () -> fail(REQUEST_TIMEOUT.because("The next lines did not arrive in time")));
    }

    private void reserve() {
        memory.announce(MemoryBudgets.ORDINARY);
        reserved = memory.growAtOnce(MemoryBudgets.ORDINARY) ? MemoryBudgets.ORDINARY : MemoryBudgets.SMALL;
        oneLine = false;
    }

    private void arrived(Buffer chunk) {
        if (!over) {
            request.pause();
            timer.progress();
            pieces.add(chunk);
            proceed();
        }
    }

    private void end() {
        ended = true;
        proceed();
    }

    /** Goes on until something has to be waited for. */
    private void proceed() {
        try {
            while (!over) {
                Buffer piece = held.length() < reserved ? pieces.next() : Buffer.buffer();
                if (piece.length() > 0) {
                    held.appendBuffer(piece);
                    continue;
                }
                if (held.length() >= reserved) {
                    full();
                } else if (!ended) {
                    await();
                } else if (held.length() > 0) {
                    pass(held.length());
                } else {
                    stop();
                    result.complete(null);
                }
                return;
            }
        } catch (RuntimeException failure) {
            fail(failure);
        }
    }

    private void await() {
        timer.start();
        if (!begun && request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            http.response().writeContinue();
        }
        begun = true;
        request.resume();
    }

    private void full() {
        int last = held.getByteBuf().forEachByteDesc(b -> b != '\n');
        if (last >= 0) {
            pass(last + 1);
        } else if (reserved >= longest) {
            throw BODY_TOO_LARGE.because("The line is longer than the " + longest + " bytes this service accepts");
        } else {
            grow();
        }
    }

    /** Passes this many bytes on, which are whole lines, and reads on when these are done. */
    private void pass(int length) {
        timer.stop();
        Buffer lines = held.slice(0, length);
        held = held.getBuffer(length, held.length());
        memory.<Void>during(() -> work.apply(lines))
                .subscribe()
                .with(
                        done -> context.runOnContext(next -> {
                            timer = newTimer();
                            reserve();
                            proceed();
                        }),
                        failure -> context.runOnContext(next -> fail(failure)));
    }

    /** Waits for more memory, for a line that is not whole yet. */
    private void grow() {
        timer.stop();
        if (!oneLine) {
            oneLine = true;
            memory.announce(longest);
        }
        long more = Math.min(longest, Math.max(2 * reserved, MemoryBudgets.ORDINARY));
        waiting = memory.grow(more)
                .subscribe()
                .with(
                        granted -> {
                            reserved = more;
                            proceed();
                        },
                        this::fail);
    }

    private void broken(Throwable cause) {
        // otherwise the client is gone, and nobody reads the answer
        fail(
                cause instanceof DecoderException
                        ? INVALID_REQUEST.because("The body's chunks are malformed")
                        : REQUEST_TIMEOUT.because("The connection was lost"));
    }

    private void fail(Throwable failure) {
        if (!over) {
            stop();
            result.fail(failure);
        }
    }

    private void stop() {
        over = true;
        timer.stop();
        waiting.cancel();
        pieces.close();
        held = Buffer.buffer();
    }
}
