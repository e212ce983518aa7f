-- What a next version could bring: columns that the version before does not know.
alter table threads add column if not exists labels jsonb;
alter table thread_items add column if not exists tokens integer not null default 0;
