-- What hubs have taken of a limit together, in blocks; what they count of a block is in their memory.
CREATE TABLE rate_windows (
    policy text NOT NULL,
    bucket bigint NOT NULL,
    starts bigint NOT NULL,
    taken bigint NOT NULL,
    granted bigint NOT NULL,  -- of it, the last block
    PRIMARY KEY (policy, bucket, starts)
);
CREATE INDEX rate_windows_starts ON rate_windows (starts);

-- Keeps outsiders from telling which callers share a bucket: one row.
CREATE TABLE rate_secret (
    name text PRIMARY KEY,
    secret text NOT NULL
);

-- Rare and sensitive operations, counted exactly.
CREATE TABLE throttles (
    purpose text NOT NULL,
    key text NOT NULL,        -- SHA-256 of what is counted, such as an account or an address
    taken bigint NOT NULL,
    ends bigint NOT NULL,
    PRIMARY KEY (purpose, key)
);
CREATE INDEX throttles_ends ON throttles (ends);
