package dev.bobbin.neon;

/**
 * What the simulator has counted since it started, or since its meters were reset.
 *
 * @param accepts TCP connections, refused ones too
 * @param logins startup messages, those that came over TLS unless plaintext is allowed
 * @param sessions logins that reached their first ReadyForQuery
 * @param connections TCP connections that are open now, on the client's side: a black hole is one
 * @param peakConnections the most there were of these at once
 * @param statements what clients asked to be executed: Execute messages and simple queries
 * @param roundTrips the times that a client with an open session sent something and waited for the answer
 * @param wakes the times that a login found the compute suspended and woke it
 * @param suspends the times that the compute was suspended
 * @param awakeSeconds the time that Neon would bill: active or waking
 */
public record Meters(
        long accepts,
        long logins,
        long sessions,
        long connections,
        long peakConnections,
        long statements,
        long roundTrips,
        long wakes,
        long suspends,
        double awakeSeconds) {}
