/** Reads SQL for what it does to the tables that it finds, without a database. */
@NullMarked
package dev.bobbin.database.hazard;

import org.jspecify.annotations.NullMarked;
