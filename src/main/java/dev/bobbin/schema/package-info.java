/** The schema's life: its migrations and their history, what it should hold, what it does hold, and how the two meet. */
@NullMarked
package dev.bobbin.schema;

import org.jspecify.annotations.NullMarked;
