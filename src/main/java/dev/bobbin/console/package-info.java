/** Pages for operators: the database's day, and owners with their threads. Off unless it has a key. */
@NullMarked
package dev.bobbin.console;

import org.jspecify.annotations.NullMarked;
