-- Turns the tables into Bobbin's. Existing rows get an owner (bobbin.owner.adopt-as) and the document that ChatKit would have
-- written. Owners may use the same ids, and an item's id is unique in its thread only: the owner leads every key.
-- destructive: locks threads and thread_items until the end, drops their old keys, changes the types of their columns and rewrites every row

-- ---- Columns ----------------------------------------------------------------------------------------------------------
-- The old keys are dropped first: their indexes would be rebuilt here, and again when the rows are filled.

-- Nothing may be written meanwhile: a new row would have no owner.
lock table threads, thread_items in access exclusive mode;

-- The old keys may have any name, so they are found by what they are; other constraints stay.
do $$
declare
    old record;
    alien text;
begin
    -- Bobbin cannot fill columns that it does not know.
    select string_agg(attrelid::regclass || '.' || attname, ', ') into alien
    from pg_attribute
    where attrelid in ('threads'::regclass, 'thread_items'::regclass)
      and attnum > 0 and not attisdropped and attnotnull and not atthasdef and attidentity = ''
      and attname not in (
          'id', 'created_at', 'metadata', 'thread_id', 'type', 'role', 'content', 'title', 'updated_at', 'owner_id',
          'document', 'active_at', 'kind');
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

-- Ids sort by their bytes: an index in a language's order breaks when the operating system updates that order.
-- ChatKit's longest type has 19 characters today. None of this rewrites rows, unless metadata was not jsonb.
do $$
declare
    old record;
begin
    -- SQLAlchemy's DateTime has no time zone, and is UTC by convention. With UTC as the zone, both types are stored alike.
    perform set_config('timezone', 'UTC', true);
    -- A column that already has the right type is left alone: generated columns may depend on it.
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

-- Existing rows count as last updated when they were created; set below, together with the default.
alter table threads
    add column if not exists owner_id text collate "C",
    add column if not exists document text,
    add column if not exists title text,
    add column if not exists status text,
    add column if not exists updated_at timestamptz,
    add column if not exists archived boolean,
    add column if not exists active_at timestamptz,
    add column if not exists kind text collate "C",
    add column if not exists search_from bigint default 0;
alter table thread_items
    add column if not exists owner_id text collate "C",
    add column if not exists document text,
    add column if not exists updated_at timestamptz;

-- ---- Rows -------------------------------------------------------------------------------------------------------------
-- Items that are neither the user's nor the assistant's become hidden context, which is never sent to a browser.

-- The session's setting bobbin.adopting_owner is the owner of these rows.

-- Threads that are created here have neither title nor metadata, and later ones may lack them, too.
alter table threads
    alter column metadata drop not null,
    alter column title drop not null;

-- Items without a thread get one; without a foreign key or a not-null constraint there may be such items.
insert into threads (id, created_at, updated_at)
select coalesce(i.thread_id, 'thr_without_a_thread'), coalesce(min(i.created_at), now()), coalesce(min(i.created_at), now())
from thread_items i left join threads t on t.id = coalesce(i.thread_id, 'thr_without_a_thread')
where i.document is null and t.id is null
group by 1;
-- A table with pending constraint checks cannot be altered.
set constraints all immediate;

-- The type of an item: hidden context first; then ChatKit's own types; then by the role, or a type such as "user".
-- Compared with collation "C", since AI in lower case is different in Turkish.
create or replace function bobbin_kind(type text, role text) returns text language sql immutable as $body$
    select case
        when lower(type collate "C") in (
            'hidden_context_item', 'sdk_hidden_context', 'hidden_context', 'hidden', 'system', 'system_message',
            'developer', 'developer_message', 'tool', 'tool_message', 'tool_result', 'function', 'function_call_output')
            then 'hidden_context_item'
        when lower(type collate "C") in ('user_message', 'assistant_message') then lower(type collate "C")
        when lower(coalesce(nullif(role, ''), type, '') collate "C") in ('user', 'human') then 'user_message'
        when lower(coalesce(nullif(role, ''), type, '') collate "C") in (
            'assistant', 'ai', 'bot', 'model', 'message', 'text', '') then 'assistant_message'
        else 'hidden_context_item'
    end
$body$;

-- Unpacks ChatKit's JSON in a content: the parts of a message, a whole item, or a widget. Returns the type, the role, and the
-- members of the document that the row does not have; null for any other text. Never fails: text that jsonb cannot hold is
-- returned as text.
create or replace function bobbin_unpack_json(wanted text, content text, type text, role text) returns text
language plpgsql immutable as $body$
declare
    kind text;
    named text;
    unnamed boolean;
    doc jsonb;
    said text;
    parts jsonb;
    input boolean;
    output boolean;
    unpacked text;
begin
    kind := bobbin_kind(type, role);
    named := lower(coalesce(type, '') collate "C");
    unnamed := coalesce(role, '') = '' and named in ('message', 'text', '');
    doc := content::jsonb;
    said := doc ->> 'type';
    parts := case jsonb_typeof(doc) when 'array' then doc else doc -> 'content' end;
    -- lax paths from here on, which look into the elements of an array
    if jsonb_typeof(parts) = 'array' and not parts @? 'strict $[*] ? (@.type() != "object")' then
        input := not parts @? '$[*] ? (!(@.text.type() == "string" && @.type.type() == "string" && (@.type == "input_text"
            || @.type == "input_tag" && @.id.type() == "string" && @.data.type() == "object")))';
        output := not parts @? '$[*] ? (!(@.text.type() == "string" && @.type.type() == "string" && @.type == "output_text"
            && (!exists(@.annotations) || @.annotations.type() == "array")))';
    end if;
    if jsonb_typeof(doc) = 'array' then
        unpacked := case
            when doc = '[]' then null
            -- without a role or type, the parts determine the speaker
            when input and (kind = 'user_message' or unnamed) then 'user_message'
            when output and kind = 'assistant_message' then 'assistant_message'
        end;
    elsif said in ('Card', 'ListView', 'Basic') then
        unpacked := case
            when (kind = 'assistant_message' or named = 'widget')
                and (jsonb_typeof(doc -> 'children') = 'array'
                    or said = 'Basic' and jsonb_typeof(doc -> 'children') = 'object') then 'widget'
        end;
    elsif jsonb_typeof(doc -> 'id') = 'string'
        and (case said
            when 'user_message' then input
            when 'assistant_message' then output
            when 'client_tool_call' then jsonb_typeof(doc -> 'call_id') = 'string' and jsonb_typeof(doc -> 'name') = 'string'
                and jsonb_typeof(doc -> 'arguments') = 'object'
            when 'widget' then doc #>> '{widget,type}' in ('Card', 'ListView', 'Basic')
            when 'generated_image' then jsonb_typeof(coalesce(doc -> 'image', 'null')) in ('object', 'null')
            when 'structured_input' then jsonb_typeof(doc -> 'inputs') = 'array'
            when 'workflow' then jsonb_typeof(doc -> 'workflow') = 'object'
            when 'task' then jsonb_typeof(doc -> 'task') = 'object'
            when 'hidden_context_item' then doc ? 'content'
            when 'sdk_hidden_context' then jsonb_typeof(doc -> 'content') = 'string'
            when 'end_of_turn' then true
        end)
        -- what the row hides stays hidden, and no message changes its speaker
        and (named = said or case kind
            when 'user_message' then said = 'user_message'
            when 'assistant_message' then said <> 'user_message' or unnamed
            else said in ('hidden_context_item', 'sdk_hidden_context')
        end)
    then
        unpacked := said;
    end if;
    return case
        when unpacked is null then null
        when wanted = 'type' then unpacked
        when wanted = 'role' then case
            when unpacked in ('user_message', 'structured_input') then 'user'
            when unpacked = 'client_tool_call' then 'tool'
            when unpacked in ('hidden_context_item', 'sdk_hidden_context') then 'system'
            else 'assistant'
        end
        when unpacked <> said then '"type" : "widget", "widget" : ' || content || ', "copy_text" : null'
        when said is null then '"type" : "' || unpacked || '", "content" : ' || content || case unpacked
            when 'user_message' then ', "attachments" : [], "quoted_text" : null, "inference_options" : {}' else '' end
        -- the row's own members are written instead, within the same braces
        else substr(left((case
            when said = 'user_message' and not doc ? 'inference_options' then doc || '{"inference_options": {}}' else doc
        end - '{id,thread_id,created_at}'::text[])::text, -1), 2)
    end;
exception
    when others then
        return null;
end $body$;

-- The same for any content. Only text that begins with [ or {, perhaps after white space, is parsed; longer text than this
-- could not be saved as a document.
create or replace function bobbin_unpack(wanted text, content text, type text, role text) returns text language sql immutable as $body$
    select case
        when ascii(content) in (91, 123, 32, 9, 10, 13) and left(content, 100) ~ '^[ \t\r\n]*[\[{]'
            and octet_length(content) <= 8388608
        then bobbin_unpack_json(wanted, content, type, role) end
$body$;

-- Adding the column seq rewrites every row. The other columns are filled by the same rewrite: an update would write a second
-- version of each row, and leave half of the table empty. pg_stat_activity shows the progress to other sessions.
do $$
declare
    name_before text := current_setting('application_name');
    items bigint;
    pages bigint;
    milestones tid[];
begin
    -- seq follows the order in which rows are stored, so reading must begin with the first page.
    perform set_config('synchronize_seqscans', 'off', true);
    -- A time without a zone is UTC, as above.
    perform set_config('timezone', 'UTC', true);

    if exists (select from threads where document is null)
        or not exists (select from pg_attribute where attrelid = 'threads'::regclass and attname = 'seq')
    then
        perform set_config('application_name', 'bobbin-migrations: threads', false);
        execute format($sql$
            alter table threads
                alter column owner_id type text collate "C" using coalesce(owner_id, %L),
                alter column created_at type timestamptz using coalesce(created_at, now()),
                alter column updated_at type timestamptz using coalesce(updated_at, created_at, now()),
                -- a column of this name may exist already
                alter column title type text using case
                    when document is not null or title is not null then title
                    when jsonb_typeof(metadata -> 'title') = 'string' then metadata ->> 'title'
                end,
                alter column status type text using case when document is null then 'active' else status end,
                alter column archived type boolean using coalesce(archived::text::boolean, false),
                alter column kind type text collate "C" using
                    case when document is null or kind is null then 'chatkit' else kind::text end,
                -- see below
                alter column active_at type timestamptz using coalesce(created_at, now()),
                alter column document type text using coalesce(document, json_build_object(
                    'id', id,
                    'created_at', to_char(coalesce(created_at, now()) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                    'title', case
                        when title is not null then title
                        when jsonb_typeof(metadata -> 'title') = 'string' then metadata ->> 'title'
                    end,
                    'status', json_build_object('type', 'active'),
                    'metadata', case
                        when metadata is null or metadata = 'null' then '{}'
                        when jsonb_typeof(metadata) = 'object' then metadata
                        else jsonb_build_object('value', metadata)
                    end)::text),
                add column if not exists seq bigint generated always as identity
            $sql$, current_setting('bobbin.adopting_owner'));
    end if;

    if exists (select from thread_items where document is null)
        or not exists (select from pg_attribute where attrelid = 'thread_items'::regclass and attname = 'seq')
    then
        select count(*) into items from thread_items;
        pages := greatest(pg_relation_size('thread_items') / current_setting('block_size')::int, 1);
        select array_agg(distinct format('(%s,1)', pages * percent / 100)::tid) into milestones
        from generate_series(0, 99) percent;
        perform set_config('application_name', 'bobbin-migrations: items 0/' || items, false);
        -- Concatenation takes half the time of json_build_object, with the same bytes.
        execute format($sql$
            alter table thread_items
                alter column owner_id type text collate "C" using coalesce(owner_id, %1$L),
                alter column thread_id type text collate "C" using coalesce(thread_id, 'thr_without_a_thread'),
                alter column created_at type timestamptz using coalesce(created_at, now()),
                alter column updated_at type timestamptz using coalesce(updated_at, created_at, now()),
                alter column type type text using case
                    when document is not null then type
                    else coalesce(bobbin_unpack('type', content, type, role), bobbin_kind(type, role))
                end,
                alter column role type text using case
                    when document is not null then role
                    else coalesce(bobbin_unpack('role', content, type, role), case bobbin_kind(type, role)
                        when 'user_message' then 'user'
                        when 'assistant_message' then 'assistant'
                        else case
                            when lower(coalesce(role, '') collate "C") in (
                                '', 'user', 'human', 'assistant', 'ai', 'bot', 'model') then 'system'
                            else role
                        end
                    end)
                end,
                alter column document type text using coalesce(
                    -- never a value, but reports the progress
                    case when ctid = any (%2$L::tid[]) and set_config('application_name', 'bobbin-migrations: items '
                        || ((ctid::text::point)[0] * %3$s)::bigint || '/%4$s', false) is null then '' end,
                    document,
                    '{"id" : ' || to_json(id)
                    || ', "thread_id" : ' || to_json(coalesce(thread_id, 'thr_without_a_thread'))
                    || ', "created_at" : "'
                    || to_char(coalesce(created_at, now()) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
                    || '", '
                    || coalesce(bobbin_unpack('document', content, type, role), case bobbin_kind(type, role)
                        when 'user_message' then
                            '"type" : "user_message", "content" : [{"type" : "input_text", "text" : '
                            || to_json(coalesce(content, ''))
                            || '}], "attachments" : [], "quoted_text" : null, "inference_options" : {}'
                        when 'assistant_message' then
                            '"type" : "assistant_message", "content" : [{"type" : "output_text", "text" : '
                            || to_json(coalesce(content, '')) || ', "annotations" : []}]'
                        else '"type" : "hidden_context_item", "content" : ' || to_json(coalesce(content, ''))
                    end)
                    || '}'),
                add column if not exists seq bigint generated always as identity
            $sql$, current_setting('bobbin.adopting_owner'), milestones, items::numeric / pages, items);
    end if;

    perform set_config('application_name', name_before, false);
end $$;

drop function if exists bobbin_unpack(text, text, text, text), bobbin_unpack_json(text, text, text, text),
    bobbin_kind(text, text);

-- ---- Keys -------------------------------------------------------------------------------------------------------------

-- Documents may lack a role or a content. One statement for each table, which reads it once.
alter table threads
    alter column archived set not null,
    alter column archived set default false,
    alter column kind set not null,
    alter column kind set default 'chatkit',
    alter column active_at set not null,
    alter column active_at set default now(),
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

-- A thread belongs to one owner. Without this the planner treats the two columns as independent, expects one item in a thread,
-- and considers the index of the order as good as the primary key for finding an id.
create statistics if not exists thread_items_owner_thread (ndistinct, dependencies)
    on owner_id, thread_id from thread_items;

do $$
declare
    name_before text := current_setting('application_name');
    tab regclass;
begin
    perform set_config('application_name', 'bobbin-migrations: keys and indexes', false);
    -- The foreign key is checked faster, and the first calls are planned well. Not on an empty table: the planner would
    -- believe for too long that it is empty.
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

    -- Without a replica identity no published row could be updated; it may have been the index of the old key.
    for tab in
        select c.oid from pg_class c
        where c.oid in ('threads'::regclass, 'thread_items'::regclass) and c.relreplident = 'i'
          and not exists (select from pg_index i where i.indrelid = c.oid and i.indisreplident)
    loop
        execute format('alter table %s replica identity default', tab);
    end loop;

    -- A thread is as active as its newest item. The rewrite above could look that up only with an index on items.
    update threads set active_at = newest.created_at
    from (select owner_id, thread_id, max(created_at) as created_at from thread_items group by 1, 2) newest
    where threads.owner_id = newest.owner_id and threads.id = newest.thread_id and threads.active_at <> newest.created_at;

    -- The orders of lists. Indexes are most of an insert's cost, so there are no others than these and the keys.
    create index if not exists threads_order_idx on threads (owner_id, kind, created_at, seq);
    create index if not exists threads_activity_idx on threads (owner_id, kind, active_at, seq);
    create index if not exists threads_search_idx on threads (owner_id, created_at, seq)
        where search_from is not null and kind = 'chatkit';
    create index if not exists thread_items_order_idx on thread_items (owner_id, thread_id, created_at, seq);

    perform set_config('application_name', name_before, false);
end $$;

-- ---- Attachments ------------------------------------------------------------------------------------------------------
-- The record of an attachment; its bytes are stored elsewhere. It may exist before its thread, hence no foreign key.

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
    seq bigint generated always as identity,
    constraint attachments_pkey primary key (owner_id, id)
);
create index if not exists attachments_order_idx on attachments (owner_id, created_at, seq);
create index if not exists attachments_thread_idx on attachments (owner_id, thread_id, created_at, seq);

-- ---- Search and activity ----------------------------------------------------------------------------------------------
-- What a search reads: an owner's texts, folded and side by side. It is written by searches, never by a write of an item:
-- that only lowers search_from of its thread, and only after a search. Items from that seq on are not in search_texts yet;
-- null if all are. docs/adr/0020 has the reasons, and the locks that this depends on.
-- threads.active_at is at most two minutes below the time of the thread's newest item: docs/adr/0022.

create table if not exists search_texts (
    owner_id text collate "C" not null,
    created_at timestamptz not null,
    -- of the item; of the thread, and negative, for a title
    seq bigint not null,
    thread_id text collate "C" not null,
    words text collate "C" not null,
    constraint search_texts_pkey primary key (owner_id, created_at, seq)
);

do $$
begin
    -- With the names of this schema: a search path may be any other.
    execute format($sql$
        create or replace function thread_items_written() returns trigger language plpgsql as $body$
        declare
            thread record;
            newest timestamptz;
        begin
            if tg_op = 'UPDATE' and old.type is not distinct from new.type and old.content is not distinct from new.content
            then
                return null;
            end if;
            if tg_op <> 'INSERT' then
                -- waits while a search writes texts of this owner
                perform pg_advisory_xact_lock_shared(hashtextextended(old.owner_id, 13));
                delete from %1$I.search_texts
                where owner_id = old.owner_id and created_at = old.created_at and seq = old.seq;
            end if;
            if tg_op = 'DELETE' then
                return null;
            end if;
            -- an update that finds nothing to do would cost twice as much
            select search_from, active_at, created_at into thread
            from %1$I.threads where owner_id = new.owner_id and id = new.thread_id;
            if thread.search_from is null or thread.search_from > new.seq then
                update %1$I.threads set search_from = new.seq
                where owner_id = new.owner_id and id = new.thread_id and (search_from is null or search_from > new.seq);
            end if;
            -- the first items of a thread may be older than it
            if tg_op = 'INSERT' and (new.created_at >= thread.active_at + interval '2 minutes'
                or new.created_at < thread.active_at and thread.active_at = thread.created_at)
            then
                if new.created_at < thread.active_at then
                    -- of several at the same time one waits for the others, and later ones wait for it, so it finds the newest
                    if not pg_try_advisory_xact_lock(hashtextextended(new.owner_id || '/' || new.thread_id, 22)) then
                        return null;
                    end if;
                    perform from %1$I.threads where owner_id = new.owner_id and id = new.thread_id for update;
                end if;
                -- of all rows of this statement: it finds nothing to do for the others
                newest := (
                    select created_at from %1$I.thread_items where owner_id = new.owner_id and thread_id = new.thread_id
                    order by created_at desc, seq desc limit 1);
                update %1$I.threads set active_at = newest
                where owner_id = new.owner_id and id = new.thread_id
                  and (active_at + interval '2 minutes' <= newest or newest < active_at and active_at = created_at);
            end if;
            return null;
        end $body$
    $sql$, current_schema());
    execute format($sql$
        create or replace function thread_items_deleted() returns trigger language plpgsql as $body$
        declare
            thread record;
            remaining timestamptz;
        begin
            for thread in select owner_id, thread_id, max(created_at) as newest from deleted group by owner_id, thread_id
            loop
                -- the thread itself may have been deleted
                if exists (
                    select from %1$I.threads
                    where owner_id = thread.owner_id and id = thread.thread_id and active_at <= thread.newest)
                then
                    remaining := (
                        select created_at from %1$I.thread_items
                        where owner_id = thread.owner_id and thread_id = thread.thread_id
                        order by created_at desc, seq desc limit 1);
                    update %1$I.threads set active_at = coalesce(remaining, created_at)
                    where owner_id = thread.owner_id and id = thread.thread_id
                      and (remaining < active_at or remaining is null and active_at <> created_at);
                end if;
            end loop;
            return null;
        end $body$
    $sql$, current_schema());
    execute format($sql$
        create or replace function threads_search() returns trigger language plpgsql as $body$
        begin
            if tg_op = 'UPDATE' and old.title is not distinct from new.title then
                return new;
            end if;
            delete from %1$I.search_texts
            where owner_id = old.owner_id and created_at = old.created_at and seq = -old.seq;
            if tg_op = 'DELETE' then
                return old;
            end if;
            -- of the items nothing is missing
            new.search_from := coalesce(new.search_from, 9223372036854775807);
            return new;
        end $body$
    $sql$, current_schema());
end $$;

-- After the foreign key's own trigger, by name: that locks the thread, so no search can overlook the new item. Neither trigger
-- names a column, whose type could then not be changed.
create or replace trigger thread_items_written after insert or update or delete on thread_items
    for each row execute function thread_items_written();
-- Once for all rows of a statement: each of them would pass over the others to find the newest that remains.
create or replace trigger thread_items_deleted after delete on thread_items referencing old table as deleted
    for each statement execute function thread_items_deleted();
create or replace trigger threads_search before update or delete on threads
    for each row execute function threads_search();
