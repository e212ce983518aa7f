/** Where the process begins. */
@NullMarked
package dev.bobbin;

import org.jspecify.annotations.NullMarked;
