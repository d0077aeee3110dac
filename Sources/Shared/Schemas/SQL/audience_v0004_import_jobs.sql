-- Imports that are too large to wait for: their pages are stored as they come and applied in the background, one transaction a page.

ALTER TABLE audience.import_jobs
    -- What the pages hold: CSV records, or one JSON object a line.
    ADD COLUMN format text NOT NULL DEFAULT 'csv',
    -- Applied by the service itself, from stored pages.
    ADD COLUMN is_background boolean NOT NULL DEFAULT false,
    ADD COLUMN staged_pages integer NOT NULL DEFAULT 0,
    -- When the last page was stored.
    ADD COLUMN staged_at timestamptz,
    ADD COLUMN started_at timestamptz,
    ADD COLUMN failed_at timestamptz,
    ADD COLUMN error text NOT NULL DEFAULT '',
    ADD CONSTRAINT import_jobs_format CHECK (format IN ('csv', 'json')),
    ADD CONSTRAINT import_jobs_one_end CHECK (finished_at IS NULL OR failed_at IS NULL);

-- Jobs that the service has to work on; a handful at any time.
CREATE INDEX import_jobs_due ON audience.import_jobs (id)
    WHERE is_background AND staged_at IS NOT NULL AND finished_at IS NULL AND failed_at IS NULL;

-- A page until it is applied; it goes in that transaction.
CREATE TABLE audience.import_staged_pages (
    job_id bigint NOT NULL,
    sequence integer NOT NULL,
    first_line bigint NOT NULL,
    first_item bigint NOT NULL,
    records bytea NOT NULL,
    refused jsonb NOT NULL,
    is_last boolean NOT NULL,
    CONSTRAINT import_staged_pages_pkey PRIMARY KEY (job_id, sequence),
    CONSTRAINT import_staged_pages_job_fkey FOREIGN KEY (job_id) REFERENCES audience.import_jobs (id) ON DELETE CASCADE
);
