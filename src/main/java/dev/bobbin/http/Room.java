package dev.bobbin.http;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;

/**
 * The room that the heap has for bodies. A body becomes text, a tree, text again, and what the driver sends: it takes a
 * multiple of its length until it is stored, and a process that runs out of memory is of no use to anybody. So a body that is
 * not small takes its share of the room before it is read, or waits for it. Who has waited longest enters first, unless only
 * others fit.
 */
final class Room {

    /** A thread's item of 8 MB was stored and read with a heap of 100 MiB; of the next size it was not. */
    private static final int FRACTION = 12;

    private final long size;
    private final Queue<Share> waiting = new ArrayDeque<>();
    private long taken;

    /**
     * @param heap the most bytes that the heap may have
     */
    Room(long heap) {
        size = heap / FRACTION;
    }

    /** The most bytes for which there ever is room. */
    long size() {
        return size;
    }

    /**
     * A share of so many bytes, at most {@link #size}. {@code enter} is called once it is there, by whoever made room: it must
     * not do more than to hand work to another context.
     */
    synchronized Share ask(long bytes, Runnable enter) {
        Share share = new Share(bytes, enter);
        waiting.add(share);
        fill();
        return share;
    }

    private void fill() {
        for (Iterator<Share> next = waiting.iterator(); next.hasNext(); ) {
            Share share = next.next();
            if (taken + share.bytes <= size) {
                next.remove();
                taken += share.bytes;
                share.inside = true;
                share.enter.run();
            }
        }
    }

    /** What one body takes, or waits for. */
    final class Share {
        private final Runnable enter;
        private long bytes;
        private boolean inside;

        private Share(long bytes, Runnable enter) {
            this.bytes = bytes;
            this.enter = enter;
        }

        /** Gives back what it has beyond so many bytes. */
        void shrink(long needed) {
            synchronized (Room.this) {
                if (inside && needed < bytes) {
                    taken -= bytes - needed;
                    bytes = needed;
                    fill();
                }
            }
        }

        /** Gives all of it back, or waits no longer. The second time it does nothing. */
        void leave() {
            synchronized (Room.this) {
                if (inside) {
                    inside = false;
                    taken -= bytes;
                } else {
                    waiting.remove(this);
                }
                fill();
            }
        }
    }
}
