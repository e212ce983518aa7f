/** The database: its URL, the pool, the schema, and what its errors mean. */
@NullMarked
package dev.bobbin.database;

import org.jspecify.annotations.NullMarked;
