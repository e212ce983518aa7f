/** OpenAI's Conversations API: conversations are threads of a kind of their own, and their items are stored as they are served. */
@NullMarked
package dev.bobbin.openai.conversation;

import org.jspecify.annotations.NullMarked;
