/** What every request goes through: its path, its body, the form of its answer. */
@NullMarked
package dev.bobbin.http;

import org.jspecify.annotations.NullMarked;
