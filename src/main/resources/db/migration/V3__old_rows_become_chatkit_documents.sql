-- Rows from before Bobbin get an owner (bobbin.owner.adopt-as) and the document that ChatKit would have written for them.
-- Changes data only. What is not a user's or the assistant's becomes hidden context, which no browser is shown.

update threads set created_at = now() where created_at is null;
update thread_items set created_at = now() where created_at is null;

-- Items without a thread, which tables without a foreign key or a not null may hold, get one.
update thread_items set thread_id = 'thr_without_a_thread' where thread_id is null;
insert into threads (id, created_at)
select i.thread_id, min(i.created_at)
from thread_items i left join threads t on t.id = i.thread_id
where t.id is null
group by i.thread_id;

update threads t set
    owner_id = '${adopting_owner}',
    title = case when jsonb_typeof(t.metadata -> 'title') = 'string' then t.metadata ->> 'title' end,
    status = 'active',
    document = json_build_object(
        'id', t.id,
        'created_at', to_char(t.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'title', case when jsonb_typeof(t.metadata -> 'title') = 'string' then t.metadata ->> 'title' end,
        'status', json_build_object('type', 'active'),
        'metadata', case jsonb_typeof(t.metadata)
            when 'object' then t.metadata
            when 'null' then '{}'
            else case when t.metadata is null then '{}' else jsonb_build_object('value', t.metadata) end end)::text
where t.document is null;

update thread_items i set
    owner_id = '${adopting_owner}',
    type = k.kind,
    role = k.speaker,
    document = case k.kind
        when 'user_message' then json_build_object(
            'id', i.id, 'thread_id', i.thread_id, 'created_at', k.stamp, 'type', k.kind,
            'content', json_build_array(json_build_object('type', 'input_text', 'text', coalesce(i.content, ''))),
            'attachments', json_build_array(), 'quoted_text', null, 'inference_options', json_build_object())
        when 'assistant_message' then json_build_object(
            'id', i.id, 'thread_id', i.thread_id, 'created_at', k.stamp, 'type', k.kind,
            'content', json_build_array(json_build_object(
                'type', 'output_text', 'text', coalesce(i.content, ''), 'annotations', json_build_array())))
        else json_build_object(
            'id', i.id, 'thread_id', i.thread_id, 'created_at', k.stamp, 'type', k.kind,
            'content', coalesce(i.content, ''))
        end::text
from (
    select
        id,
        to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as stamp,
        case
            when type = 'user_message' or lower(role) in ('user', 'human') then 'user_message'
            when type = 'assistant_message' or lower(role) in ('assistant', 'ai', 'bot', 'model') then 'assistant_message'
            when role is not null or type in ('hidden_context_item', 'sdk_hidden_context') then 'hidden_context_item'
            else 'assistant_message'
        end as kind,
        case
            when type = 'user_message' or lower(role) in ('user', 'human') then 'user'
            when type = 'assistant_message' or lower(role) in ('assistant', 'ai', 'bot', 'model') then 'assistant'
            else coalesce(role, 'assistant')
        end as speaker
    from thread_items
) k
where k.id = i.id and i.document is null;
