/** What a schema of the database holds, what it should hold, how the two differ, and the SQL that adds what is missing. */
@NullMarked
package dev.bobbin.database.catalog;

import org.jspecify.annotations.NullMarked;
