-- What staff configured in the running shop; it wins over a connection of the same name in the settings file.
CREATE TABLE connections (
    id text PRIMARY KEY,
    connector text NOT NULL,
    enabled bigint NOT NULL CHECK (enabled IN (0, 1)),
    settings text NOT NULL,   -- without the secrets
    secrets text NOT NULL,    -- encrypted, by name
    version bigint NOT NULL CHECK (version > 0),
    changed_at bigint NOT NULL
);

-- Every call to a vendor: who, what about, how long, how it ended. No bodies, no addresses, no headers.
CREATE TABLE vendor_calls (
    id $identity$,
    subject text,             -- the checkout, order, capture or refund it was made for
    connection text NOT NULL,
    operation text NOT NULL,
    outcome text NOT NULL,
    milliseconds bigint NOT NULL,
    trace text,
    at bigint NOT NULL
);
CREATE INDEX vendor_calls_by_subject ON vendor_calls (subject);
CREATE INDEX vendor_calls_by_age ON vendor_calls (at);
