package dev.bobbin.database.connect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChannelBindingGuardTest {

    private static final String PLUS = "SCRAM-SHA-256-PLUS";

    private static final byte[] TLS = {'S'};
    private static final byte[] OFFER = authentication(10, PLUS + "\0SCRAM-SHA-256\0\0");
    private static final byte[] CHALLENGE = authentication(11, "r=abc,s=def,i=4096");
    private static final byte[] PROOF = authentication(12, "v=signature");
    private static final byte[] OK = authentication(0, "");
    private static final byte[] PARAMETER = message('S', "client_encoding\0UTF8\0");
    private static final byte[] READY = message('Z', "I");
    private static final byte[] NOTICE = message('N', "SNOTICE\0\0");
    private static final byte[] ERROR = message('E', "SFATAL\0C28P01\0\0");

    @ParameterizedTest
    @MethodSource
    void whatAServerMaySayPassesUnchanged(String what, byte[][] said) {
        byte[] expected = join(said);
        eachFragmentation(said, fragments -> {
            Conversation talk = new Conversation(PLUS);
            fragments.forEach(talk::hear);
            assertThat(talk.failure).as(what).isNull();
            assertThat(talk.heard.toByteArray()).as(what).isEqualTo(expected);
            assertThat(talk.channel.isOpen()).isTrue();
            talk.end();
        });
    }

    static Stream<Arguments> whatAServerMaySayPassesUnchanged() {
        return Stream.of(
                said("a log-in", TLS, OFFER, CHALLENGE, PROOF, OK, PARAMETER, READY),
                said("notices in between", TLS, NOTICE, OFFER, NOTICE, CHALLENGE, PROOF, NOTICE, OK, READY),
                said("an error instead of an offer", TLS, ERROR),
                said("a wrong password", TLS, OFFER, CHALLENGE, ERROR),
                said("no database of that name", TLS, OFFER, CHALLENGE, PROOF, OK, ERROR),
                said("another protocol", TLS, message('v', "\0\3\0\0\0\0\0\0"), OFFER));
    }

    @ParameterizedTest
    @MethodSource
    void anotherServerIsLeftBeforeItGetsAnAnswer(String message, byte[] refused, byte[][] before) {
        List<byte[]> said = new ArrayList<>(List.of(before));
        said.add(refused);
        byte[] expected = join(before);
        eachFragmentation(said.toArray(byte[][]::new), fragments -> {
            Conversation talk = new Conversation(PLUS);
            fragments.forEach(talk::hear);
            assertThat(talk.failure)
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessageStartingWith(message)
                    .hasMessageEndingWith("channel_binding=require asks for SCRAM-SHA-256-PLUS");
            assertThat(talk.channel.isOpen()).isFalse();
            assertThat(talk.heard.toByteArray()).isEqualTo(expected);
            talk.end();
        });
    }

    static Stream<Arguments> anotherServerIsLeftBeforeItGetsAnAnswer() {
        return Stream.of(
                refused(
                        "The server asks for another login (Postgres' authentication request 3)",
                        authentication(3, ""),
                        TLS),
                refused(
                        "The server asks for another login (Postgres' authentication request 5)",
                        authentication(5, "salt"),
                        TLS),
                refused(
                        "The server asks for another login (Postgres' authentication request 7)",
                        authentication(7, ""),
                        TLS),
                refused(
                        "The server asks for another login (Postgres' authentication request 99)",
                        authentication(99, ""),
                        TLS),
                refused("The server does not offer channel binding", authentication(10, "SCRAM-SHA-256\0\0"), TLS),
                refused("The server does not offer channel binding", authentication(10, "X" + PLUS + "\0\0"), TLS),
                refused("The server does not offer channel binding", authentication(10, PLUS + "X\0\0"), TLS),
                refused("The server does not offer channel binding", authentication(10, PLUS), TLS),
                refused("The server does not offer channel binding", authentication(10, ""), TLS),
                refused("The server accepts the login without proof", OK, TLS),
                refused("The server accepts the login without proof", OK, TLS, OFFER),
                refused("The server accepts the login without proof", OK, TLS, OFFER, CHALLENGE),
                refused(
                        "The server asks for another login (Postgres' authentication request 3)",
                        authentication(3, ""),
                        TLS,
                        OFFER,
                        CHALLENGE),
                refused("The server asks for another login (Postgres' authentication request 10)", OFFER, TLS, OFFER),
                refused("The server asks for another login (Postgres' authentication request 11)", CHALLENGE, TLS),
                refused(
                        "The server asks for another login (Postgres' authentication request 11)",
                        CHALLENGE,
                        TLS,
                        OFFER,
                        CHALLENGE),
                refused("The server asks for another login (Postgres' authentication request 12)", PROOF, TLS, OFFER),
                refused(
                        "The server asks for another login (Postgres' authentication request 12)",
                        PROOF,
                        TLS,
                        OFFER,
                        CHALLENGE,
                        PROOF),
                refused("The server continues without a login", PARAMETER, TLS),
                refused("The server continues without a login", READY, TLS),
                refused("The server continues without a login", READY, TLS, OFFER, CHALLENGE, PROOF),
                refused("The server continues without a login", message('D', "x"), TLS, ERROR),
                refused("The server does not speak", new byte[] {'R', 0, 0, 0, 3}, TLS),
                refused("The server does not speak", new byte[] {'R', 0, 0, 0, 4}, TLS),
                refused("The server does not speak", new byte[] {'R', -1, -1, -1, -1}, TLS),
                refused("The server does not speak", new byte[] {'R', 127, -1, -1, -1}, TLS),
                refused("The server does not speak", new byte[] {'E', 0, 1, 0, 0}, TLS));
    }

    @Test
    void whatComesInClearIsNotTakenForWhatComesThroughTls() {
        Conversation talk = new Conversation(PLUS);
        talk.hear(join(TLS, OFFER));
        assertThat(talk.failure).isInstanceOf(NotSslRecordException.class);
        assertThat(talk.heard.toByteArray()).isEmpty();
        assertThat(talk.channel.isOpen()).isFalse();
        talk.end();
    }

    @Test
    void aClientThatDoesNotBindTheChannelIsNotHeard() {
        for (String mechanism : List.of("SCRAM-SHA-256", "", PLUS + "X", PLUS.substring(1))) {
            Conversation talk = new Conversation(mechanism);
            talk.hear(TLS);
            talk.hear(OFFER);
            assertThat(talk.failure).hasMessageStartingWith("The server's certificate is of a kind");
            assertThat(talk.channel.isOpen()).isFalse();
            assertThat((Object) talk.channel.readOutbound()).isNull();
            talk.end();
        }
    }

    @Test
    void afterTheLogInItIsGone() {
        Conversation talk = new Conversation(PLUS);
        Stream.of(TLS, OFFER, CHALLENGE, PROOF).forEach(talk::hear);
        assertThat(talk.channel.pipeline().get(ChannelBindingGuard.class)).isNotNull();
        talk.hear(OK);
        assertThat(talk.channel.pipeline().get(ChannelBindingGuard.class)).isNull();
        talk.hear(message('R', "whatever comes now is not its business"));
        assertThat(talk.failure).isNull();
        talk.end();
    }

    @Test
    void aConnectionThatBreaksOffInTheMiddleLeavesNothingBehind() {
        Conversation talk = new Conversation(PLUS);
        talk.hear(TLS);
        talk.hear(new byte[] {'R', 0, 0});
        talk.end();
    }

    /** A client that answers an offer at once, as that of Vert.x does, and keeps what it hears. */
    private static final class Conversation extends ChannelInboundHandlerAdapter {

        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
        private final List<ByteBuf> buffers = new ArrayList<>();
        private final String mechanism;
        private final EmbeddedChannel channel;
        private Throwable failure;

        Conversation(String mechanism) {
            this.mechanism = mechanism;
            channel = new EmbeddedChannel();
            channel.pipeline().addLast("handler", this);
            TlsWatch.install(channel.pipeline(), DatabaseUrl.parse("postgresql://u:p@h/d?channel_binding=require"));
        }

        void hear(byte[] bytes) {
            ByteBuf buffer = Unpooled.buffer().writeBytes(bytes);
            buffers.add(buffer);
            // a channel that is closed reads no more, a TLS handler before it may
            channel.pipeline().fireChannelRead(buffer);
            channel.pipeline().fireChannelReadComplete();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ByteBuf buffer = (ByteBuf) msg;
            byte[] bytes = new byte[buffer.readableBytes()];
            buffer.readBytes(bytes).release();
            heard.writeBytes(bytes);
            if (bytes.length > 8 && bytes[0] == 'R' && bytes[8] == 10) {
                ctx.writeAndFlush(
                        Unpooled.wrappedBuffer(message('p', mechanism + "\0client-first")), ctx.voidPromise());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            assertThat(failure).isNull();
            failure = cause;
        }

        void end() {
            channel.finishAndReleaseAll();
            assertThat(buffers).allMatch(buffer -> buffer.refCnt() == 0);
        }
    }

    private interface Fragments {
        void accept(List<byte[]> fragments);
    }

    /** Cut at no place, at each, at each two, and everywhere; TLS' answer always comes by itself. */
    private static void eachFragmentation(byte[][] said, Fragments test) {
        byte[] rest = join(Stream.of(said).skip(1).toArray(byte[][]::new));
        for (int first = 0; first <= rest.length; first++) {
            for (int second = first; second <= rest.length; second++) {
                test.accept(fragments(said[0], rest, first, second));
            }
        }
        List<byte[]> bytes = new ArrayList<>(List.of(said[0]));
        for (byte b : rest) {
            bytes.add(new byte[] {b});
        }
        test.accept(bytes);
    }

    private static List<byte[]> fragments(byte[] answer, byte[] rest, int... cuts) {
        List<byte[]> fragments = new ArrayList<>(List.of(answer));
        int start = 0;
        for (int cut : cuts) {
            fragments.add(Arrays.copyOfRange(rest, start, cut));
            start = cut;
        }
        fragments.add(Arrays.copyOfRange(rest, start, rest.length));
        return fragments;
    }

    private static Arguments said(String what, byte[]... said) {
        return Arguments.of(what, said);
    }

    private static Arguments refused(String message, byte[] refused, byte[]... before) {
        return Arguments.of(message, refused, before);
    }

    private static byte[] authentication(int request, String rest) {
        byte[] number = ByteBuffer.allocate(Integer.BYTES).putInt(request).array();
        return message('R', new String(number, ISO_8859_1) + rest);
    }

    private static byte[] message(char type, String body) {
        byte[] bytes = body.getBytes(ISO_8859_1);
        return ByteBuffer.allocate(5 + bytes.length)
                .put((byte) type)
                .putInt(4 + bytes.length)
                .put(bytes)
                .array();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
