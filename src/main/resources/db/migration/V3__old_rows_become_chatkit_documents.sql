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

-- What an item becomes. ChatKit's own types say it; then whoever spoke, by the role or else by a type such as "user".
-- First of all comes what nobody is to see. In "C", since a Turkish AI has another lower case.
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

-- What JSON of ChatKit's becomes in a content: the parts of a message, an item as a whole, or a widget. Answers the type,
-- the role, or the members of the document that the row does not have; null for all other text, whatever it looks like. It
-- fails on nothing: what jsonb cannot hold is text.
create or replace function bobbin_unpack_json(wanted text, content text, type text, role text) returns text
language plpgsql immutable as $body$
declare
    kind text;
    named text;
    nobody boolean;
    doc jsonb;
    said text;
    parts jsonb;
    input boolean;
    output boolean;
    unpacked text;
begin
    kind := bobbin_kind(type, role);
    named := lower(coalesce(type, '') collate "C");
    nobody := coalesce(role, '') = '' and named in ('message', 'text', '');
    doc := content::jsonb;
    said := doc ->> 'type';
    parts := case jsonb_typeof(doc) when 'array' then doc else doc -> 'content' end;
    -- lax paths from here on, which look into an array as if it was what is in it
    if jsonb_typeof(parts) = 'array' and not parts @? 'strict $[*] ? (@.type() != "object")' then
        input := not parts @? '$[*] ? (!(@.text.type() == "string" && @.type.type() == "string" && (@.type == "input_text"
            || @.type == "input_tag" && @.id.type() == "string" && @.data.type() == "object")))';
        output := not parts @? '$[*] ? (!(@.text.type() == "string" && @.type.type() == "string" && @.type == "output_text"
            && (!exists(@.annotations) || @.annotations.type() == "array")))';
    end if;
    if jsonb_typeof(doc) = 'array' then
        unpacked := case
            when doc = '[]' then null
            -- where nobody is named the parts say who speaks
            when input and (kind = 'user_message' or nobody) then 'user_message'
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
        -- nothing becomes visible that the row hides, and nobody says what another did
        and (named = said or case kind
            when 'user_message' then said = 'user_message'
            when 'assistant_message' then said <> 'user_message' or nobody
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
        -- the row's own are written instead, and the braces belong to them
        else substr(left((case
            when said = 'user_message' and not doc ? 'inference_options' then doc || '{"inference_options": {}}' else doc
        end - '{id,thread_id,created_at}'::text[])::text, -1), 2)
    end;
exception
    when others then
        return null;
end $body$;

-- The same of any content. Text costs no more than a look at its first character, which is [ or { or white space before
-- one; of more bytes no document can be saved.
create or replace function bobbin_unpack(wanted text, content text, type text, role text) returns text language sql immutable as $body$
    select case
        when ascii(content) in (91, 123, 32, 9, 10, 13) and left(content, 100) ~ '^[ \t\r\n]*[\[{]'
            and octet_length(content) <= 8388608
        then bobbin_unpack_json(wanted, content, type, role) end
$body$;

-- The new column seq has every row written anew. The same writing fills the other columns: an update would write a second
-- version of each row, and leave half of the table empty. Another session sees in pg_stat_activity how far it is.
do $$
declare
    name_before text := current_setting('application_name');
    items bigint;
    pages bigint;
    milestones tid[];
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
                    -- never a value, but said on the way
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
