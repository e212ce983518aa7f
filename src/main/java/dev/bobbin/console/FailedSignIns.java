package dev.bobbin.console;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Slows down the guessing of keys: each failure of an address is answered a second after the one before. */
final class FailedSignIns {

    private static final long PAUSE = Duration.ofSeconds(1).toMillis();

    /** From here on no key is looked at. */
    private static final long MOST = 10 * PAUSE;

    private static final int MOST_ADDRESSES = 1_000;

    /** When the last failure of each address is answered; the address that failed longest ago is forgotten first. */
    private final Map<String, Long> answered = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };

    /** Whether an address has to wait before it can try again. */
    synchronized boolean areTooMany(String address, long nowMillis) {
        return answered.getOrDefault(address, nowMillis) - nowMillis >= MOST;
    }

    /** Counts a failure, and returns the milliseconds until its answer. */
    synchronized long add(String address, long nowMillis) {
        long next = Math.max(nowMillis, answered.getOrDefault(address, nowMillis)) + PAUSE;
        answered.put(address, next);
        return next - nowMillis;
    }
}
