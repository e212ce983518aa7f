package dev.bobbin.database.connect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageCodec;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Enforces {@code channel_binding=require}: the client alone would also log in to a server that asks for a password in
 * another way. Passes messages on while the server takes the steps of SCRAM-SHA-256-PLUS in order, and removes itself after
 * the last one. Any other message closes the connection before the client sees it.
 */
final class ChannelBindingGuard extends ByteToMessageCodec<ByteBuf> {

    private static final String MECHANISM = "SCRAM-SHA-256-PLUS";

    private static final String OTHER_PROTOCOL = "The server does not speak Postgres' protocol";

    private static final int AUTHENTICATION_OK = 0;

    /** Type and length. */
    private static final int HEADER = 5;

    /** libpq's limit for an error before the login. */
    private static final int LONGEST_MESSAGE = 30_000;

    /** What is expected next, and the number of the authentication request if it comes from the server. */
    private enum Step {
        OFFER(10),
        CHOICE_OF_CLIENT(-1),
        CHALLENGE(11),
        PROOF(12),
        OK(AUTHENTICATION_OK),
        DONE(-1),
        FAILED(-1);

        private final int request;

        Step(int request) {
            this.request = request;
        }
    }

    private Step step = Step.OFFER;

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (step == Step.FAILED) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (in.readableBytes() < HEADER) {
            return;
        }
        int length = 1 + in.getInt(in.readerIndex() + 1);
        if (length < HEADER || length > LONGEST_MESSAGE) {
            fail(ctx, in, OTHER_PROTOCOL);
        } else if (in.readableBytes() >= length) {
            decodeMessage(ctx, in, length, out);
        }
    }

    private void decodeMessage(ChannelHandlerContext ctx, ByteBuf in, int length, List<Object> out) {
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
            // an error, a notice, or the protocol's version: none of them completes the login
            case 'E', 'N', 'v' -> null;
            default -> "The server continues without a login";
        };
    }

    private @Nullable String objectionToRequest(ByteBuf message) {
        int request = message.getInt(HEADER);
        if (request != step.request) {
            return request == AUTHENTICATION_OK
                    ? "The server accepts the login without proof that it knows the password"
                    : "The server asks for another login (Postgres' authentication request " + request + ")";
        }
        String mechanisms = "\0" + message.toString(US_ASCII).substring(HEADER + Integer.BYTES);
        if (step == Step.OFFER && !mechanisms.contains("\0" + MECHANISM + "\0")) {
            return "The server does not offer channel binding";
        }
        step = Step.values()[step.ordinal() + 1];
        return null;
    }

    @Override
    protected void encode(ChannelHandlerContext ctx, ByteBuf message, ByteBuf out) {
        if (step == Step.CHOICE_OF_CLIENT) {
            step = Step.CHALLENGE;
            String choice = message.toString(US_ASCII);
            if (!choice.startsWith("p") || !choice.startsWith(MECHANISM + "\0", HEADER)) {
                // the client does so if the certificate's signature has no hash to bind to
                fail(ctx, message, "The server's certificate is of a kind that channel binding cannot bind to");
            }
        }
        if (step != Step.FAILED) {
            out.writeBytes(message);
        }
    }

    private void fail(ChannelHandlerContext ctx, ByteBuf refused, String reason) {
        step = Step.FAILED;
        refused.skipBytes(refused.readableBytes());
        ctx.fireExceptionCaught(
                new SSLHandshakeException(reason + ", and channel_binding=require asks for " + MECHANISM));
        ctx.close();
    }
}
