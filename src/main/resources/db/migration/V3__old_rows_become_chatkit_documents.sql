-- Rows from before Bobbin get an owner (bobbin.owner.adopt-as) and the document that ChatKit would have written for them.
-- destructive: locks threads and thread_items until the end, and writes every row anew
-- What is not a user's or the assistant's becomes hidden context, which no browser is shown.

-- Not inside of the block below: an owner may hold what would end it.
select set_config('bobbin.adopting_owner', '${adopting_owner}', true);

-- Nobody knows a title and metadata for the threads that are made up here, and later ones may lack them, too.
alter table threads
    alter column metadata drop not null,
    alter column title drop not null;

-- Items without a thread, which tables without a foreign key or a not null may hold, get one.
insert into threads (id, created_at, updated_at)
select coalesce(i.thread_id, 'thr_without_a_thread'), coalesce(min(i.created_at), now()), coalesce(min(i.created_at), now())
from thread_items i left join threads t on t.id = coalesce(i.thread_id, 'thr_without_a_thread')
where i.document is null and t.id is null
group by 1;
-- No table with checks that are yet to come can be altered.
set constraints all immediate;

-- The new column seq has every row written anew. The same writing fills the other columns: an update would write a second
-- version of each row, and leave half of the table empty. Another session sees in pg_stat_activity how far it is.
do $$
declare
    name_before text := current_setting('application_name');
    items bigint;
    pages bigint;
    milestones tid[];
    -- What an item becomes. ChatKit's own types say it; then whoever spoke, by the role or else by a type such as "user".
    -- First of all comes what nobody is to see. In "C", since a Turkish AI has another lower case.
    kind constant text := $kind$
        case
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
    $kind$;
begin
    -- seq follows the order in which rows are stored, so reading must begin with the first page.
    perform set_config('synchronize_seqscans', 'off', true);
    -- A time without a zone means UTC, here as in V2.
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
                -- a column of this name may have been there
                alter column title type text using case
                    when document is not null or title is not null then title
                    when jsonb_typeof(metadata -> 'title') = 'string' then metadata ->> 'title'
                end,
                alter column status type text using case when document is null then 'active' else status end,
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
        -- Put together from pieces it takes half the time of json_build_object, byte for byte the same.
        execute format($sql$
            alter table thread_items
                alter column owner_id type text collate "C" using coalesce(owner_id, %1$L),
                alter column thread_id type text collate "C" using coalesce(thread_id, 'thr_without_a_thread'),
                alter column created_at type timestamptz using coalesce(created_at, now()),
                alter column updated_at type timestamptz using coalesce(updated_at, created_at, now()),
                alter column type type text using case when document is null then %5$s else type end,
                alter column role type text using case
                    when document is not null then role
                    else case %5$s
                        when 'user_message' then 'user'
                        when 'assistant_message' then 'assistant'
                        else case
                            when lower(coalesce(role, '') collate "C") in (
                                '', 'user', 'human', 'assistant', 'ai', 'bot', 'model') then 'system'
                            else role
                        end
                    end
                end,
                alter column document type text using coalesce(
                    -- never a value, but said on the way
                    case when ctid = any (%2$L::tid[]) and set_config('application_name', 'bobbin-migrations: items '
                        || ((ctid::text::point)[0] * %3$s)::bigint || '/%4$s', false) is null then '' end,
                    document,
                    '{"id" : ' || to_json(id)
                    || ', "thread_id" : ' || to_json(coalesce(thread_id, 'thr_without_a_thread'))
                    || ', "created_at" : "'
                    || to_char(coalesce(created_at, now()) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
                    || case %5$s
                        when 'user_message' then
                            '", "type" : "user_message", "content" : [{"type" : "input_text", "text" : '
                            || to_json(coalesce(content, ''))
                            || '}], "attachments" : [], "quoted_text" : null, "inference_options" : {}}'
                        when 'assistant_message' then
                            '", "type" : "assistant_message", "content" : [{"type" : "output_text", "text" : '
                            || to_json(coalesce(content, '')) || ', "annotations" : []}]}'
                        else '", "type" : "hidden_context_item", "content" : ' || to_json(coalesce(content, '')) || '}'
                    end),
                add column if not exists seq bigint generated always as identity
            $sql$, current_setting('bobbin.adopting_owner'), milestones, items::numeric / pages, items, kind);
    end if;

    perform set_config('application_name', name_before, false);
end $$;
