package dev.bobbin.database.connect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageCodec;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Enforces {@code channel_binding=require}, which the client itself does not: it would answer a server that asks for a
 * password in any other way. Passes messages on unchanged while the server takes the steps of SCRAM-SHA-256-PLUS in their
 * order, and removes itself after the last. Any other message fails and closes the channel before the client sees it.
 *
 * <p>Its place is between the TLS handler, which is added later, and the client's codec; what it sees first is the answer to
 * the request for TLS.
 */
final class ChannelBindingGuard extends ByteToMessageCodec<ByteBuf> {

    private static final String MECHANISM = "SCRAM-SHA-256-PLUS";

    private static final int AUTHENTICATION_OK = 0;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    /** Type and length. */
    private static final int HEADER = 5;

    /** libpq's limit for an error before the log-in. */
    private static final int LONGEST_MESSAGE = 30_000;

    private static final String OTHER_PROTOCOL = "The server does not speak Postgres' protocol";

    /** What is expected next: all but {@code CHOICE} from the server. */
    private enum Step {
        TLS_ANSWER,
        OFFER,
        CHOICE,
        CHALLENGE,
        PROOF,
        OK,
        DONE,
        FAILED
    }

    private Step step = Step.TLS_ANSWER;

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (step == Step.FAILED) {
            in.skipBytes(in.readableBytes());
        } else if (step == Step.TLS_ANSWER) {
            if (in.readableBytes() == 1) {
                step = Step.OFFER;
                out.add(in.readRetainedSlice(1));
            } else {
                // the rest came unencrypted, to be mistaken for what comes through TLS
                fail(ctx, in, "The server sends more than its consent to TLS before TLS begins");
            }
        } else if (in.readableBytes() >= HEADER) {
            decodeMessage(ctx, in, out);
        }
    }

    private void decodeMessage(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        int length = 1 + in.getInt(in.readerIndex() + 1);
        if (length < HEADER || length > LONGEST_MESSAGE) {
            fail(ctx, in, OTHER_PROTOCOL);
            return;
        }
        if (in.readableBytes() < length) {
            return;
        }
        String objection = objection(in.slice(in.readerIndex(), length));
        if (objection != null) {
            fail(ctx, in, objection);
            return;
        }
        out.add(in.readRetainedSlice(length));
        if (step == Step.DONE) {
            ctx.pipeline().remove(this);
        }
    }

    private @Nullable String objection(ByteBuf message) {
        return switch (message.getByte(0)) {
            case 'R' -> message.readableBytes() < HEADER + Integer.BYTES ? OTHER_PROTOCOL : objectionToRequest(message);
            // an error, a notice, or the protocol's version: none of them leads past the log-in
            case 'E', 'N', 'v' -> null;
            default -> "The server goes on without having asked for a log-in";
        };
    }

    private @Nullable String objectionToRequest(ByteBuf message) {
        int request = message.getInt(HEADER);
        if (isExpected(request)) {
            step = Step.values()[step.ordinal() + 1];
            return request == SASL && !offersMechanism(message) ? "The server does not offer channel binding" : null;
        }
        return switch (request) {
            case AUTHENTICATION_OK -> "The server accepts the log-in without proof that it knows the password";
            case SASL, SASL_CONTINUE, SASL_FINAL -> "The server asks for the steps of the log-in out of their order";
            default -> "The server asks for another log-in (Postgres' authentication request " + request + ")";
        };
    }

    private boolean isExpected(int request) {
        return switch (step) {
            case OFFER -> request == SASL;
            case CHALLENGE -> request == SASL_CONTINUE;
            case PROOF -> request == SASL_FINAL;
            case OK -> request == AUTHENTICATION_OK;
            default -> false;
        };
    }

    private static boolean offersMechanism(ByteBuf message) {
        String names = message.toString(US_ASCII).substring(HEADER + Integer.BYTES);
        return ("\0" + names).contains("\0" + MECHANISM + "\0");
    }

    @Override
    protected void encode(ChannelHandlerContext ctx, ByteBuf message, ByteBuf out) {
        if (step == Step.CHOICE) {
            step = Step.CHALLENGE;
            String choice = message.toString(US_ASCII);
            if (!choice.startsWith("p") || !choice.startsWith(MECHANISM + "\0", HEADER)) {
                // the client does so when the certificate's signature has no hash to bind to
                fail(ctx, message, "The server's certificate is of a kind that channel binding cannot bind to");
            }
        }
        if (step != Step.FAILED) {
            out.writeBytes(message);
        }
    }

    private void fail(ChannelHandlerContext ctx, ByteBuf refused, String why) {
        step = Step.FAILED;
        refused.skipBytes(refused.readableBytes());
        ctx.fireExceptionCaught(new SSLHandshakeException(why + ", and channel_binding=require asks for " + MECHANISM));
        ctx.close();
    }
}
