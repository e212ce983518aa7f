-- Room for what Bobbin keeps of a row: its owner, its document verbatim. V3 adds its place among rows of the same time.
-- destructive: locks threads and thread_items until the end, drops their old keys, and gives their columns other types
-- The keys go first: their indexes would be made anew here, and again when V3 fills the rows. V4 makes the new ones.

-- Nobody writes in between: a row that came now would have no owner.
lock table threads, thread_items in access exclusive mode;

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
      and attname not in (
          'id', 'created_at', 'metadata', 'thread_id', 'type', 'role', 'content', 'title', 'updated_at', 'owner_id',
          'document');
    if alien is not null then
        raise exception 'columns that may not be null and have no default: %. Give them a default, or drop them.', alien;
    end if;
    for old in
        select c.conrelid::regclass as tab, c.conname
        from pg_constraint c
        where c.conrelid in ('threads'::regclass, 'thread_items'::regclass)
          and (c.contype = 'p' or (
              c.contype = 'f' and c.conrelid = 'thread_items'::regclass and c.confrelid = 'threads'::regclass
              and c.conkey = array(
                  select attnum from pg_attribute where attrelid = c.conrelid and attname = 'thread_id')
              and c.confkey = array(
                  select attnum from pg_attribute where attrelid = c.confrelid and attname = 'id')))
          and not exists (
              select from pg_attribute a
              where a.attrelid = c.conrelid and a.attnum = any (c.conkey) and a.attname = 'owner_id')
        order by c.contype
    loop
        execute format('alter table %s drop constraint if exists %I', old.tab, old.conname);
    end loop;
end $$;

-- Ids sort by their bytes: an index on a language's order breaks when the operating system learns that language anew.
-- ChatKit's longest type has 19 characters today. No row is written for any of this, but where metadata was not jsonb.
do $$
declare
    old record;
begin
    -- SQLAlchemy's DateTime is a time without a zone, and its writers mean UTC. Where UTC is the zone, both are stored alike.
    perform set_config('timezone', 'UTC', true);
    -- A column that is as it should be is left alone: what is computed from it may be anything, and could not be kept.
    for old in
        select w.tab, string_agg(format('alter column %I type %s', w.col, w.wanted), ', ') as changes
        from (values
            ('threads', 'id', 'text collate "C"'),
            ('threads', 'metadata', 'jsonb'),
            ('threads', 'created_at', 'timestamp with time zone'),
            ('thread_items', 'id', 'text collate "C"'),
            ('thread_items', 'thread_id', 'text collate "C"'),
            ('thread_items', 'type', 'text'),
            ('thread_items', 'role', 'text'),
            ('thread_items', 'content', 'text'),
            ('thread_items', 'created_at', 'timestamp with time zone')) w (tab, col, wanted)
        join pg_attribute a on a.attrelid = w.tab::regclass and a.attname = w.col
        join pg_type t on t.oid = a.atttypid
        where format_type(a.atttypid, a.atttypmod)
            || case when a.attcollation <> t.typcollation then ' collate ' || a.attcollation::regcollation else '' end
            <> w.wanted
        group by w.tab
    loop
        execute format('alter table %I %s', old.tab, old.changes);
    end loop;
end $$;

-- A row from before Bobbin was last updated when it was created, as far as anybody knows: V3 says so, V4 adds the default.
alter table threads
    add column if not exists owner_id text collate "C",
    add column if not exists document text,
    add column if not exists title text,
    add column if not exists status text,
    add column if not exists updated_at timestamptz;
alter table thread_items
    add column if not exists owner_id text collate "C",
    add column if not exists document text,
    add column if not exists updated_at timestamptz;
