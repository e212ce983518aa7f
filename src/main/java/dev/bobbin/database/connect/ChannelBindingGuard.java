package dev.bobbin.database.connect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.bobbin.database.connect.UntrustedServerException.Lack;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds a connecting channel to {@code channel_binding=require}, which the client itself does not: it would answer any
 * server that asks for a password in another way. Lets messages through whole and unchanged as long as the server takes
 * the steps of SCRAM-SHA-256-PLUS, in their order, and removes itself at the end of them. At the first other message the
 * channel fails with an {@link UntrustedServerException} and is closed, before the client has seen that message.
 *
 * <p>Stands between TLS, which is added later and before it, and the client's codec; what it sees first is the answer to
 * the request for TLS.
 */
final class ChannelBindingGuard extends ChannelDuplexHandler {

    private static final String MECHANISM = "SCRAM-SHA-256-PLUS";

    private static final int AUTHENTICATION_OK = 0;
    private static final int CLEARTEXT_PASSWORD = 3;
    private static final int MD5_PASSWORD = 5;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    /** Type and length. */
    private static final int HEADER = 5;

    /** libpq's limit for an error before the log-in. */
    private static final int LONGEST_MESSAGE = 30_000;

    private enum Step {
        TLS_ANSWER,
        OFFER,
        /** The client's, of a mechanism. */
        CHOICE,
        CHALLENGE,
        PROOF,
        PROVEN,
        DONE,
        FAILED
    }

    private Step step = Step.TLS_ANSWER;
    private @Nullable ByteBuf pending;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (step == Step.FAILED) {
            ReferenceCountUtil.release(msg);
        } else if (!(msg instanceof ByteBuf bytes) || step == Step.DONE || !bytes.isReadable()) {
            ctx.fireChannelRead(msg);
        } else if (step == Step.TLS_ANSWER) {
            tlsAnswer(ctx, bytes);
        } else {
            pending = pending == null
                    ? bytes
                    : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), pending, bytes);
            passWholeMessages(ctx);
        }
    }

    private void tlsAnswer(ChannelHandlerContext ctx, ByteBuf bytes) {
        if (bytes.getByte(bytes.readerIndex()) == 'S') {
            if (bytes.readableBytes() > 1) {
                // sent in clear, to be taken for what comes through TLS
                bytes.release();
                fail(ctx, "The server sends more than its consent to TLS before TLS begins");
                return;
            }
            step = Step.OFFER;
        }
        ctx.fireChannelRead(bytes);
    }

    private void passWholeMessages(ChannelHandlerContext ctx) {
        // the client answers in between, and an answer of its may end everything
        while (pending != null && step != Step.FAILED && pending.readableBytes() >= HEADER) {
            int start = pending.readerIndex();
            int length = 1 + pending.getInt(start + 1);
            if (length < HEADER || length > LONGEST_MESSAGE) {
                fail(ctx, "The server does not speak Postgres' protocol");
                return;
            }
            if (pending.readableBytes() < length) {
                return;
            }
            String objection = objection(pending.slice(start, length));
            if (objection != null) {
                fail(ctx, objection);
                return;
            }
            ctx.fireChannelRead(pending.readRetainedSlice(length));
            if (step == Step.DONE) {
                // hands on what is left
                ctx.pipeline().remove(this);
            }
        }
        if (pending != null && !pending.isReadable()) {
            releasePending();
        }
    }

    private @Nullable String objection(ByteBuf message) {
        switch (message.getByte(0)) {
            case 'R':
                return message.readableBytes() < HEADER + Integer.BYTES
                        ? "The server does not speak Postgres' protocol"
                        : objection(message.getInt(HEADER), message);
            case 'E', 'N', 'v':
                // an error, a notice, or the protocol's version: no way past the log-in
                return null;
            default:
                return "The server goes on without having asked for a log-in";
        }
    }

    private @Nullable String objection(int request, ByteBuf message) {
        if (request == SASL && step == Step.OFFER) {
            step = Step.CHOICE;
            return offersMechanism(message) ? null : "The server does not offer channel binding";
        }
        if (request == SASL_CONTINUE && step == Step.CHALLENGE) {
            step = Step.PROOF;
            return null;
        }
        if (request == SASL_FINAL && step == Step.PROOF) {
            step = Step.PROVEN;
            return null;
        }
        if (request == AUTHENTICATION_OK && step == Step.PROVEN) {
            step = Step.DONE;
            return null;
        }
        return switch (request) {
            case AUTHENTICATION_OK -> "The server lets Bobbin in without having proven that it knows the password";
            case CLEARTEXT_PASSWORD -> "The server asks for the password in clear";
            case MD5_PASSWORD -> "The server asks for the password's MD5 hash";
            case SASL, SASL_CONTINUE, SASL_FINAL -> "The server asks for the steps of the log-in out of their order";
            default -> "The server asks for a log-in other than by password";
        };
    }

    private static boolean offersMechanism(ByteBuf message) {
        String names =
                message.toString(HEADER + Integer.BYTES, message.readableBytes() - HEADER - Integer.BYTES, US_ASCII);
        return ("\0" + names).contains("\0" + MECHANISM + "\0");
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (step == Step.CHOICE && msg instanceof ByteBuf answer) {
            if (choosesMechanism(answer)) {
                step = Step.CHALLENGE;
            } else {
                // the client does so when the certificate's signature has no hash that could be bound to
                fail(ctx, "The server's certificate is of a kind that channel binding cannot bind to");
            }
        }
        if (step == Step.FAILED) {
            ReferenceCountUtil.release(msg);
            if (!promise.isVoid()) {
                promise.tryFailure(refusal("The connection was given up"));
            }
        } else {
            ctx.write(msg, promise);
        }
    }

    private static boolean choosesMechanism(ByteBuf answer) {
        byte[] expected = (MECHANISM + "\0").getBytes(US_ASCII);
        int start = answer.readerIndex();
        return answer.readableBytes() >= HEADER + expected.length
                && answer.getByte(start) == 'p'
                && Arrays.equals(ByteBufUtil.getBytes(answer, start + HEADER, expected.length), expected);
    }

    private void fail(ChannelHandlerContext ctx, String what) {
        step = Step.FAILED;
        releasePending();
        ctx.fireExceptionCaught(refusal(what + ", and channel_binding=require asks for " + MECHANISM));
        ctx.close();
    }

    private static UntrustedServerException refusal(String message) {
        return new UntrustedServerException(Lack.CHANNEL_BINDING, message);
    }

    private void releasePending() {
        ByteBuf rest = pending;
        pending = null;
        if (rest != null) {
            rest.release();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ByteBuf rest = pending;
        pending = null;
        if (rest != null && step == Step.DONE && rest.isReadable()) {
            ctx.fireChannelRead(rest);
        } else if (rest != null) {
            rest.release();
        }
    }
}
