-- Room for what Bobbin keeps of a row: its owner, its document verbatim, its place among rows of the same time.
-- Adds columns only; the next version fills them for the rows that are there.

-- Nobody writes in between: a row that came now would have no owner.
lock table threads, thread_items in access exclusive mode;

-- Ids sort by their bytes: an index on a language's order breaks when the operating system learns that language anew.
alter table threads alter column id type text collate "C";
alter table thread_items alter column id type text collate "C";
alter table thread_items alter column thread_id type text collate "C";
-- ChatKit's longest type has 19 characters today.
alter table thread_items alter column type type text;
alter table thread_items alter column role type text;
alter table threads alter column metadata type jsonb using metadata::jsonb;

alter table threads add column if not exists owner_id text collate "C";
alter table threads add column if not exists document text;
alter table threads add column if not exists title text;
alter table threads add column if not exists status text;
alter table threads add column if not exists updated_at timestamptz not null default now();
alter table threads add column if not exists seq bigint generated always as identity;

alter table thread_items add column if not exists owner_id text collate "C";
alter table thread_items add column if not exists document text;
alter table thread_items add column if not exists updated_at timestamptz not null default now();
alter table thread_items add column if not exists seq bigint generated always as identity;

-- SQLAlchemy's DateTime is a time without a zone, and its writers mean UTC.
do $$
declare
    stamp record;
begin
    for stamp in
        select c.oid::regclass as tab
        from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.oid in ('threads'::regclass, 'thread_items'::regclass)
          and a.attname = 'created_at' and a.atttypid = 'timestamp'::regtype
    loop
        execute format(
            'alter table %s alter column created_at drop default,'
            ' alter column created_at type timestamptz using created_at at time zone ''UTC''', stamp.tab);
    end loop;
end $$;
