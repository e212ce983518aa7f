/** Keyset pages in ChatKit's form. */
@NullMarked
package dev.bobbin.page;

import org.jspecify.annotations.NullMarked;
