/** What every request goes through, whatever it asks for: its path, its body, the form of its answer. */
@NullMarked
package dev.bobbin.http;

import org.jspecify.annotations.NullMarked;
