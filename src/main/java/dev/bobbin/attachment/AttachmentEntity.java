package dev.bobbin.attachment;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/** A row of {@code attachments}, by its key; the other columns are those of the native statements. */
@Entity
@Table(name = "attachments")
@IdClass(AttachmentEntity.Key.class)
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class AttachmentEntity extends PanacheEntityBase {

    record Key(String ownerId, String id) implements Serializable {}

    @Id
    @Column(name = "owner_id")
    String ownerId;

    @Id
    String id;
}
