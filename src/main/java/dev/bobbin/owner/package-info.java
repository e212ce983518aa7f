/** Who is asking, and how that is proved. */
@NullMarked
package dev.bobbin.owner;

import org.jspecify.annotations.NullMarked;
