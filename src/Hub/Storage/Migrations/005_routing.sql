-- A capture, refund or void that a provider accepted and finishes later; its notice says how.
CREATE TABLE transfers (
    id text PRIMARY KEY,      -- our reference
    connection text NOT NULL,
    vendor_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('capture', 'refund', 'void')),
    status text NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
    amount bigint NOT NULL,
    currency text NOT NULL,
    process_id text NOT NULL, -- who waits for it
    payment text,             -- the vendor's id of the payment; null when only we have a name for it
    refusal text,             -- why it failed, in our codes
    at bigint NOT NULL
);
CREATE UNIQUE INDEX transfers_by_vendor_id ON transfers (connection, vendor_id);

-- What a signed notice said of an attempt whose provider cannot be asked.
ALTER TABLE payments ADD COLUMN told text;

-- Which connections serve a market, by port. What is not here is as the settings file says.
CREATE TABLE routes (
    market text NOT NULL,
    port text NOT NULL,
    doc text NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    changed_at bigint NOT NULL,
    PRIMARY KEY (market, port)
);

-- Where a shadow answered something else than the connection that served.
CREATE TABLE shadow_differences (
    id $identity$,
    market text NOT NULL,
    port text NOT NULL,
    served_by text NOT NULL,
    shadow text NOT NULL,
    subject text,
    differences text NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX shadow_differences_by_route ON shadow_differences (market, port, id);

-- What was agreed with the vendor: how much at once, how often, and what a call costs.
ALTER TABLE connections ADD COLUMN terms text;
ALTER TABLE vendor_calls ADD COLUMN cost bigint; -- thousandths of a minor unit
ALTER TABLE vendor_calls ADD COLUMN cost_currency text;

-- Moves with every change of a connection or a route, so that a whole configuration can be replaced only as it was read: one row.
CREATE TABLE configuration (
    name text PRIMARY KEY,
    version bigint NOT NULL
);
INSERT INTO configuration (name, version) VALUES ('connections', 1);
