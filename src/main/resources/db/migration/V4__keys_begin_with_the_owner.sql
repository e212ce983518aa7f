-- From here on two owners may use one id, and an item's id is its thread's matter: the owner leads every key.
-- destructive: locks threads and thread_items while it reads every row for the new keys and makes their indexes

-- A document may lack what role and content are filled from. One statement for each table, which reads it once.
alter table threads
    alter column updated_at set not null,
    alter column updated_at set default now(),
    alter column owner_id set not null,
    alter column document set not null,
    alter column created_at set not null,
    alter column created_at drop default;
alter table thread_items
    alter column role drop not null,
    alter column content drop not null,
    alter column updated_at set not null,
    alter column updated_at set default now(),
    alter column owner_id set not null,
    alter column thread_id set not null,
    alter column document set not null,
    alter column type set not null,
    alter column created_at set not null,
    alter column created_at drop default;

-- A thread is one owner's. Without this the planner multiplies the two chances, expects one item in every thread, and
-- takes the index of the order for as good as the primary key when it looks for an id.
create statistics if not exists thread_items_owner_thread (ndistinct, dependencies)
    on owner_id, thread_id from thread_items;

do $$
declare
    name_before text := current_setting('application_name');
    tab regclass;
begin
    perform set_config('application_name', 'bobbin-migrations: keys and indexes', false);
    -- The foreign key is checked faster, and the first calls are planned well. Of an empty table the planner would learn
    -- that it is empty, and believe it for too long.
    if exists (select from thread_items) then
        analyze threads, thread_items;
    end if;
    if not exists (select from pg_constraint where conrelid = 'threads'::regclass and contype = 'p') then
        alter table threads add constraint threads_pkey primary key (owner_id, id);
    end if;
    if not exists (select from pg_constraint where conrelid = 'thread_items'::regclass and contype = 'p') then
        alter table thread_items add constraint thread_items_pkey primary key (owner_id, thread_id, id);
    end if;
    if not exists (
        select from pg_constraint where conrelid = 'thread_items'::regclass and conname = 'thread_items_thread_fkey'
    ) then
        alter table thread_items add constraint thread_items_thread_fkey
            foreign key (owner_id, thread_id) references threads (owner_id, id) on delete cascade;
    end if;

    -- Where a subscriber told rows apart by the old key's index, which is gone, no row could be updated.
    for tab in
        select c.oid from pg_class c
        where c.oid in ('threads'::regclass, 'thread_items'::regclass) and c.relreplident = 'i'
          and not exists (select from pg_index i where i.indrelid = c.oid and i.indisreplident)
    loop
        execute format('alter table %s replica identity default', tab);
    end loop;

    -- The order of every list. Two thirds of an insert are the database's own work, so these and the keys are all there is.
    create index if not exists threads_order_idx on threads (owner_id, created_at, seq);
    create index if not exists thread_items_order_idx on thread_items (owner_id, thread_id, created_at, seq);

    perform set_config('application_name', name_before, false);
end $$;
