/** How the database is reached: its URL, TLS, channel binding, and the options of both drivers. */
@NullMarked
package dev.bobbin.database.connect;

import org.jspecify.annotations.NullMarked;
