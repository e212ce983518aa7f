/** Search in the caller's own titles and item texts. */
@NullMarked
package dev.bobbin.search;

import org.jspecify.annotations.NullMarked;
