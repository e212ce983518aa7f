package dev.bobbin.neon;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The bytes of a client's connection beneath TLS. It is the first handler of its channel, so that what it does happens to
 * the socket and not to the protocols above: bytes are late here, and connections end here. Event loop only.
 */
final class Wire extends ChannelDuplexHandler {

    /** How long what still comes is read after a FIN: a socket closed with bytes unread sends a reset instead. */
    private static final long LINGER_MILLIS = 250;

    private record Late(long due, Runnable delivery, Runnable loss) {}

    private final LongSupplier latencyNanos;
    private final ArrayDeque<Late> late = new ArrayDeque<>();
    private ChannelHandlerContext context;
    private boolean deaf;
    private boolean mute;

    /** The latency is asked for with every write, and added to what the client waits for. */
    Wire(LongSupplier latencyNanos) {
        this.latencyNanos = latencyNanos;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        if (deaf) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void write(ChannelHandlerContext ignored, Object message, ChannelPromise promise) {
        if (mute) {
            ReferenceCountUtil.release(message);
            promise.trySuccess();
            return;
        }
        inOrder(() -> context.write(message, promise), () -> {
            ReferenceCountUtil.release(message);
            promise.cancel(false);
        });
    }

    @Override
    public void flush(ChannelHandlerContext ignored) {
        inOrder(context::flush, () -> {});
    }

    @Override
    public void channelInactive(ChannelHandlerContext ignored) {
        lose();
        context.fireChannelInactive();
    }

    /** Ends the sending side behind all that was written, and the rest a little later. */
    void fin() {
        deaf = true;
        mute = true;
        inOrder(
                () -> {
                    context.flush();
                    ((DuplexChannel) context.channel()).shutdownOutput();
                    context.executor().schedule(() -> context.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
                },
                () -> {});
    }

    /** Resets the connection at once; what was late is lost. */
    void reset() {
        deaf = true;
        mute = true;
        lose();
        context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        context.close();
    }

    /** From now on nothing goes through in either direction, and the socket stays as it is. */
    void swallow() {
        deaf = true;
        mute = true;
    }

    private void inOrder(Runnable delivery, Runnable loss) {
        long latency = latencyNanos.getAsLong();
        if (latency == 0 && late.isEmpty()) {
            delivery.run();
            return;
        }
        long due = System.nanoTime() + latency;
        if (!late.isEmpty()) {
            due = Math.max(due, late.getLast().due);
        }
        late.addLast(new Late(due, delivery, loss));
        if (late.size() == 1) {
            await();
        }
    }

    private void await() {
        long wait = Math.max(0, late.getFirst().due - System.nanoTime());
        context.executor().schedule(this::deliver, wait, TimeUnit.NANOSECONDS);
    }

    private void deliver() {
        while (!late.isEmpty() && late.getFirst().due <= System.nanoTime()) {
            late.removeFirst().delivery.run();
        }
        if (!late.isEmpty()) {
            await();
        }
    }

    private void lose() {
        late.forEach(item -> item.loss.run());
        late.clear();
    }
}
