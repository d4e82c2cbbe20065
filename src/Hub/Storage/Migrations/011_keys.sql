-- Keys that staff made in the running shop. The key itself is shown once and never kept.
CREATE TABLE access_keys (
    id text PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('publishable', 'secret', 'service')),
    hash text NOT NULL UNIQUE,
    hint text NOT NULL,       -- its last four characters
    scopes text NOT NULL,     -- JSON
    origins text NOT NULL,    -- JSON
    created_at bigint NOT NULL,
    expires_at bigint,
    last_used_at bigint,
    replaced_by text,         -- the key that was made in its place
    version bigint NOT NULL
);
-- A key is known by its name; the one that replaces it has the same.
CREATE UNIQUE INDEX access_keys_by_name ON access_keys (name) WHERE replaced_by IS NULL;
