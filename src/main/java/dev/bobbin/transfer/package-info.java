/** An owner's data as a stream of lines: its export, its import, its erasure, and how much it is. */
@NullMarked
package dev.bobbin.transfer;

import org.jspecify.annotations.NullMarked;
