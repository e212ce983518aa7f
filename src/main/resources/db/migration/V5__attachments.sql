-- What is known of an attachment; its bytes are elsewhere. It may be there before any thread, hence no foreign key.

create table if not exists attachments (
    owner_id text collate "C" not null,
    id text collate "C" not null,
    document text not null,
    type text,
    name text,
    mime_type text,
    thread_id text collate "C",
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint attachments_pkey primary key (owner_id, id)
);
