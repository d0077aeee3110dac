-- A consent may end an opt-out of one client's mail (as all did so far), of a whole audience, or of everything.
-- An opt-out that is told late, by a spool or a queue, is measured against it.
ALTER TABLE audience.consents
    ADD COLUMN scope text NOT NULL DEFAULT 'client',
    ADD CONSTRAINT consents_scope CHECK (scope IN ('client', 'audience', 'global'));
