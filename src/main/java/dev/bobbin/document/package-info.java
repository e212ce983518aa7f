/** ChatKit documents: kept verbatim, read once. */
@NullMarked
package dev.bobbin.document;

import org.jspecify.annotations.NullMarked;
