-- Which vendors are to forget somebody who was erased here, and which have. What they are told is the ids they know, and only until they are done.
CREATE TABLE erasure_tasks (
    erasure_id text NOT NULL,
    connection text NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'done', 'nothing_kept', 'by_hand')),
    subject text,             -- JSON; none when it is over
    reference text,           -- the vendor's proof
    note text,
    attempts bigint NOT NULL DEFAULT 0,
    due_at bigint NOT NULL,
    settled_at bigint,
    PRIMARY KEY (erasure_id, connection)
);
CREATE INDEX erasure_tasks_due ON erasure_tasks (due_at) WHERE status = 'pending';
CREATE INDEX erasures_by_time ON erasures (at, id);

-- What a notice said is kept while it may be replayed; one that led to nothing leads nowhere again.
UPDATE webhook_inbox SET body = '', headers = '' WHERE status = 'ignored' AND body <> '';
CREATE INDEX webhook_inbox_kept ON webhook_inbox (received_at) WHERE status <> 'stored' AND body <> '';
