-- The tables that ChatKit users have been creating by hand, and what their SQLAlchemy models say.
-- A database that has them already is taken over from here: nothing is done to tables that exist.

create table if not exists threads (
    id varchar(100) primary key,
    created_at timestamptz not null default now(),
    metadata jsonb
);

create table if not exists thread_items (
    id varchar(100) primary key,
    thread_id varchar(100) not null references threads (id) on delete cascade,
    type varchar(20),
    role varchar(20),
    content text,
    created_at timestamptz not null default now()
);
