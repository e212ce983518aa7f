/** Threads and their items. */
@NullMarked
package dev.bobbin.thread;

import org.jspecify.annotations.NullMarked;
