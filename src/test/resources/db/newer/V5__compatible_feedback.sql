create table if not exists feedback (
    owner_id text collate "C" not null,
    thread_id text collate "C" not null,
    rating integer,
    constraint feedback_pkey primary key (owner_id, thread_id)
);
