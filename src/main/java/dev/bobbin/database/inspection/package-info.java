/** What can be told of a database without changing it: how it was reached, what stands in it, and how much. */
@NullMarked
package dev.bobbin.database.inspection;

import org.jspecify.annotations.NullMarked;
