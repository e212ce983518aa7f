/** Chat memories of LangChain4j and Spring AI in Bobbin. */
@NullMarked
package dev.bobbin.client;

import org.jspecify.annotations.NullMarked;
