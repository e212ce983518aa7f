/** The command line: what an operator asks of a database, and the reports that answer it. */
@NullMarked
package dev.bobbin.command;

import org.jspecify.annotations.NullMarked;
