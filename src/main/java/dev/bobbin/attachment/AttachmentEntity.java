package dev.bobbin.attachment;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** A row of {@code attachments}. */
@Entity
@Table(name = "attachments")
@IdClass(AttachmentEntity.Key.class)
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class AttachmentEntity extends PanacheEntityBase {

    /** The primary key: what belongs to another owner cannot even be named. */
    record Key(String ownerId, String id) implements Serializable {}

    @Id
    @Column(name = "owner_id", columnDefinition = "text")
    String ownerId;

    @Id
    @Column(columnDefinition = "text")
    String id;

    @Column(columnDefinition = "text", nullable = false)
    String document;

    @Column(columnDefinition = "text")
    @Nullable
    String type;

    @Column(columnDefinition = "text")
    @Nullable
    String name;

    @Column(name = "mime_type", columnDefinition = "text")
    @Nullable
    String mimeType;

    @Column(name = "thread_id", columnDefinition = "text")
    @Nullable
    String threadId;

    @Column(name = "created_at", nullable = false)
    OffsetDateTime createdAt;

    @Column(name = "updated_at", nullable = false)
    OffsetDateTime updatedAt;
}
