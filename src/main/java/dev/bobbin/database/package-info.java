/** The database as stores see it: statements, the pool for them, the schema, and what errors mean. */
@NullMarked
package dev.bobbin.database;

import org.jspecify.annotations.NullMarked;
