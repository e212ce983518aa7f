package dev.bobbin.database.catalog;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * An index that belongs to no constraint.
 *
 * @param valid false when its build failed or has not ended: writers pay for it and no query uses it
 * @param definition what follows {@code using} in the statement that makes it, such as
 *     {@code btree (owner_id, created_at, seq)}
 */
@RegisterForReflection
public record Index(String name, boolean unique, boolean valid, String definition) {}
