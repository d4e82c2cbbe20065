-- What must be looked at again for the edge: one row for each thing, however often it changes meanwhile.
CREATE TABLE edge_work (
    kind text NOT NULL CHECK (kind IN ('product', 'sku', 'order', 'tag', 'again')),
    subject text NOT NULL,
    changes bigint NOT NULL DEFAULT 1,
    due_at bigint NOT NULL,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX edge_work_due ON edge_work (due_at);

-- What the edge knows of a product.
CREATE TABLE edge_products (
    product_id text PRIMARY KEY,
    seen text NOT NULL,       -- fingerprint of what shoppers see, counts above zero left out
    tags text NOT NULL,       -- its categories' tags, comma separated
    written text,             -- fingerprint of its values at the edge; null when there are none
    keys text NOT NULL,       -- of those values, comma separated
    written_at bigint NOT NULL
);
CREATE INDEX edge_products_written ON edge_products (written_at) WHERE written IS NOT NULL;

-- Pages that are written to the edge.
CREATE TABLE edge_pages (
    key text PRIMARY KEY,
    tags text NOT NULL,       -- what is on it, comma separated
    written text NOT NULL,    -- fingerprint
    written_at bigint NOT NULL
);

-- Who works on it and how it goes: one row.
CREATE TABLE edge_state (
    name text PRIMARY KEY,
    owner text,
    lease_until bigint NOT NULL DEFAULT 0,
    attempts bigint NOT NULL DEFAULT 0,
    error text,
    marker text,              -- what the edge must have under its own key, else it is another one or lost its memory
    done_at bigint,
    function_hash text,
    deployed_at bigint
);
INSERT INTO edge_state (name) VALUES ('edge');
