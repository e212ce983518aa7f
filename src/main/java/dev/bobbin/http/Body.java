package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.BODY_TOO_LARGE;
import static dev.bobbin.problem.ProblemType.BUSY;

import dev.bobbin.problem.ProblemException;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request: read whole, with the share of {@link Room} that it needs, which it has until the request is over,
 * or, once somebody works with it, until that is done. The two differ when the client goes away.
 */
final class Body {

    /** Of shorter ones a hundred take no more than a long one. */
    private static final int SMALL = 1 << 16;

    private static final Duration WAITING = Duration.ofSeconds(10);

    /** 8 MB in this time are a megabit in a second. */
    private static final Duration READING = Duration.ofSeconds(60);

    /** Longer than the longest body takes to be parsed and sent, by a multiple. */
    private static final Duration WORKING = Duration.ofSeconds(2);

    private static final String KEY = Body.class.getName();

    private final RoutingContext http;
    private final HttpServerRequest request;
    private final Room room;
    private final long limit;
    private final int length;
    private @Nullable Buffer read;
    private Room.@Nullable Share share;
    private long timer = -1;
    private volatile boolean inUse;

    private Body(RoutingContext http, Room room, long limit, int length) {
        this.http = http;
        this.request = http.request();
        this.room = room;
        this.limit = limit;
        this.length = length;
    }

    /**
     * Reads it, and goes on with the request. Fails the request when it is longer than {@code limit}, when there is no room
     * for {@link #WAITING}, and when its sender takes longer than {@link #READING}.
     *
     * @param length of a body of known length, else -1
     */
    static void read(RoutingContext http, Room room, long limit, int length) {
        Body body = new Body(http, room, limit, length);
        http.put(KEY, body);
        http.addEndHandler(over -> body.requestIsOver());
        if (length < SMALL) {
            body.resume();
        } else {
            body.awaitRoom(length);
        }
    }

    static ProblemException longerThan(long limit) {
        return BODY_TOO_LARGE.because("The body is larger than the " + limit + " bytes this service accepts");
    }

    static Body of(RoutingContext http) {
        return http.get(KEY);
    }

    /** The bytes, for somebody who calls {@link #release()} when done with them. */
    Buffer use() {
        inUse = true;
        return Objects.requireNonNull(read, "not read yet");
    }

    /** Gives its share of the room back. */
    void release() {
        if (share != null) {
            share.leave();
        }
    }

    /** For work that was cancelled, since the client went away: a parser on its worker goes on, and nobody tells its end. */
    void releaseLater() {
        http.vertx().setTimer(WORKING.toMillis(), over -> release());
    }

    private void awaitRoom(long bytes) {
        Context context = http.vertx().getOrCreateContext();
        startTimer(WAITING, () -> http.fail(BUSY.because("Other large bodies take the memory there is; try again")));
        share = room.ask(bytes, () -> context.runOnContext(entered -> resume()));
    }

    private void resume() {
        if (http.response().ended() || http.response().closed()) {
            return;
        }
        startTimer(READING, () -> http.fail(408));
        if (read == null) {
            read = length < 0 ? Buffer.buffer() : Buffer.buffer(length);
            if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
                http.response().writeContinue();
            }
            request.exceptionHandler(this::failed);
            Buffer into = read;
            request.handler(chunk -> append(into, chunk));
            request.endHandler(ended -> complete(into));
        }
        request.resume();
    }

    private void append(Buffer into, Buffer chunk) {
        if (http.failed()) {
            return;
        }
        if (into.length() + chunk.length() > limit) {
            http.fail(longerThan(limit));
            return;
        }
        into.appendBuffer(chunk);
        if (share == null && into.length() >= SMALL) {
            // in chunks, so that nobody knows how much is still to come
            request.pause();
            awaitRoom(limit);
        }
    }

    private void complete(Buffer whole) {
        stopTimer();
        if (share != null) {
            share.shrink(whole.length());
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

    private void requestIsOver() {
        stopTimer();
        if (!inUse) {
            release();
        }
    }

    private void startTimer(Duration duration, Runnable then) {
        stopTimer();
        timer = http.vertx().setTimer(duration.toMillis(), over -> then.run());
    }

    private void stopTimer() {
        http.vertx().cancelTimer(timer);
    }
}
