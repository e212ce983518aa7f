/** What OpenAI's APIs have in common. */
@NullMarked
package dev.bobbin.openai;

import org.jspecify.annotations.NullMarked;
