/** RFC 9457 problems: the only code that builds error answers. */
@NullMarked
package dev.bobbin.problem;

import org.jspecify.annotations.NullMarked;
