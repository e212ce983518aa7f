/** The pool that lets a database sleep, and survives its waking. */
@NullMarked
package dev.bobbin.database.pool;

import org.jspecify.annotations.NullMarked;
