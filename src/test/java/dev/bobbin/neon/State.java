package dev.bobbin.neon;

/** Of a compute. Neon bills the time in which it is not suspended. */
public enum State {
    ACTIVE,
    SUSPENDED,
    WAKING
}
