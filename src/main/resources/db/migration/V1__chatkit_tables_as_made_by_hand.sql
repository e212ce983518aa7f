-- The tables that ChatKit users create by hand, as their SQLAlchemy models define them. Existing tables are left as they are.

create table if not exists threads (
    id varchar(100) constraint threads_pkey primary key,
    created_at timestamptz not null default now(),
    metadata jsonb
);

create table if not exists thread_items (
    id varchar(100) constraint thread_items_pkey primary key,
    thread_id varchar(100) not null
        constraint thread_items_thread_id_fkey references threads (id) on delete cascade,
    type varchar(20),
    role varchar(20),
    content text,
    created_at timestamptz not null default now()
);
