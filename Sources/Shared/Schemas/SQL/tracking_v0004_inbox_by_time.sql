-- The tick forgets old items without reading the others.
CREATE INDEX inbox_by_time ON tracking.inbox USING brin (applied_at);
