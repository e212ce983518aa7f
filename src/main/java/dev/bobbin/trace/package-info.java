/** The id by which a request is found again: in its answer, its problem and its log lines. */
@NullMarked
package dev.bobbin.trace;

import org.jspecify.annotations.NullMarked;
