/** Attachment metadata. */
@NullMarked
package dev.bobbin.attachment;

import org.jspecify.annotations.NullMarked;
