/** The command line, and the reports of its commands. */
@NullMarked
package dev.bobbin.command;

import org.jspecify.annotations.NullMarked;
