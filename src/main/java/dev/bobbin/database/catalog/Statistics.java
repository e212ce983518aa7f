package dev.bobbin.database.catalog;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * An extended statistics object.
 *
 * @param definition its kinds and what they are of, such as {@code (ndistinct) ON owner_id, thread_id}
 */
@RegisterForReflection
public record Statistics(String name, String definition) {}
