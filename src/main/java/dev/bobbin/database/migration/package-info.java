/** The migrations of the schema: which there are, and what they do to a database that is in use. */
@NullMarked
package dev.bobbin.database.migration;

import org.jspecify.annotations.NullMarked;
