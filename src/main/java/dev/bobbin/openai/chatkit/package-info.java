/** Hosted ChatKit's calls on threads: what ChatKit's Python SDK stored, as OpenAI's SDKs read it. */
@NullMarked
package dev.bobbin.openai.chatkit;

import org.jspecify.annotations.NullMarked;
