-- From here on two owners may use one id, and an item's id is its thread's matter: the owner leads every key.
-- The old keys have names of somebody's choosing, so they are found by what they are; other constraints stay.

do $$
declare
    old record;
    alien text;
begin
    -- What Bobbin does not know it cannot fill.
    select string_agg(attrelid::regclass || '.' || attname, ', ') into alien
    from pg_attribute
    where attrelid in ('threads'::regclass, 'thread_items'::regclass)
      and attnum > 0 and not attisdropped and attnotnull and not atthasdef and attidentity = ''
      and attname not in ('id', 'created_at', 'metadata', 'thread_id', 'type', 'role', 'content');
    if alien is not null then
        raise exception 'columns that may not be null and have no default: %. Give them a default, or drop them.', alien;
    end if;
    for old in
        select conrelid::regclass as tab, conname
        from pg_constraint
        where conrelid in ('threads'::regclass, 'thread_items'::regclass)
          and (contype = 'p' or (contype = 'f' and confrelid = 'threads'::regclass))
        order by contype
    loop
        execute format('alter table %s drop constraint %I', old.tab, old.conname);
    end loop;
end $$;

-- A document may lack what these are filled from.
alter table threads alter column metadata drop not null;
alter table thread_items alter column role drop not null;
alter table thread_items alter column content drop not null;

alter table threads alter column owner_id set not null;
alter table threads alter column document set not null;
alter table threads alter column created_at set not null;
alter table threads alter column created_at drop default;

alter table thread_items alter column owner_id set not null;
alter table thread_items alter column thread_id set not null;
alter table thread_items alter column document set not null;
alter table thread_items alter column type set not null;
alter table thread_items alter column created_at set not null;
alter table thread_items alter column created_at drop default;

alter table threads add constraint threads_pkey primary key (owner_id, id);
alter table thread_items add constraint thread_items_pkey primary key (owner_id, thread_id, id);
alter table thread_items add constraint thread_items_thread_fkey
    foreign key (owner_id, thread_id) references threads (owner_id, id) on delete cascade;

-- The order of every list. Two thirds of an insert are the database's own work, so these and the keys are all there is.
create index if not exists threads_order_idx on threads (owner_id, created_at, seq);
create index if not exists thread_items_order_idx on thread_items (owner_id, thread_id, created_at, seq);

-- A thread is one owner's. Without this the planner multiplies the two chances, expects one item in every thread, and
-- takes the index of the order for as good as the primary key when it looks for an id.
create statistics if not exists thread_items_owner_thread (ndistinct, dependencies)
    on owner_id, thread_id from thread_items;
