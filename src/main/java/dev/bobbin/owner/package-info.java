/** The owner of a call, and its authentication. */
@NullMarked
package dev.bobbin.owner;

import org.jspecify.annotations.NullMarked;
