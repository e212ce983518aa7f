/** What an operator looks at. */
@NullMarked
package dev.bobbin.ops;

import org.jspecify.annotations.NullMarked;
