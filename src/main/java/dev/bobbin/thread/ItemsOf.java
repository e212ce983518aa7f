package dev.bobbin.thread;

import dev.bobbin.owner.Owner;

/**
 * The thread whose items a call writes.
 *
 * @param enforceStatus whether the call is rejected if the thread is locked or closed
 */
record ItemsOf(Owner owner, String threadId, boolean enforceStatus) {}
