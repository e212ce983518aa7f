create index concurrently if not exists thread_items_type_idx on thread_items (owner_id, type);
