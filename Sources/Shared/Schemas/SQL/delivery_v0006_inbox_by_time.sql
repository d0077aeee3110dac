-- The tick forgets old items without reading the others.
CREATE INDEX inbox_by_time ON delivery.inbox USING brin (applied_at);
