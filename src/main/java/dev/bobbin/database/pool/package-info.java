/** The connection pool, made for a database that sleeps. */
@NullMarked
package dev.bobbin.database.pool;

import org.jspecify.annotations.NullMarked;
