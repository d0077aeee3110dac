-- The tick forgets old items without reading the others.
CREATE INDEX inbox_by_time ON audience.inbox USING brin (applied_at);
