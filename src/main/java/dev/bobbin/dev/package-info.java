/** What only developers have: compiled with the application, active in dev mode alone. */
@NullMarked
package dev.bobbin.dev;

import org.jspecify.annotations.NullMarked;
