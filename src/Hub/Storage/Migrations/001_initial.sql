-- Times are milliseconds since 1970, UTC. Documents are JSON. Amounts are minor units.

-- Catalogue and stock ---------------------------------------------------------------------------------------------------------

CREATE TABLE products (
    id text PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    position bigint NOT NULL,
    content_hash text NOT NULL,
    doc text NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX products_by_position ON products (position, id);

CREATE TABLE categories (
    slug text PRIMARY KEY,
    title text NOT NULL,
    parent text
);

CREATE TABLE product_categories (
    category text NOT NULL,
    product_id text NOT NULL,
    PRIMARY KEY (category, product_id)
);

CREATE TABLE skus (
    sku text PRIMARY KEY,
    product_id text NOT NULL,
    title text NOT NULL,
    weight_grams bigint NOT NULL,
    tax_code text,
    counted bigint NOT NULL CHECK (counted IN (0, 1))
);
CREATE INDEX skus_by_product ON skus (product_id);

CREATE TABLE prices (
    sku text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL CHECK (amount >= 0),
    compare_at bigint,
    PRIMARY KEY (sku, currency)
);

CREATE TABLE stock (
    sku text PRIMARY KEY,
    on_hand bigint NOT NULL,
    reserved bigint NOT NULL DEFAULT 0,
    CHECK (reserved >= 0 AND on_hand >= reserved)
);

-- Why stock changed. A movement exists once, so holding, releasing or taking twice is impossible.
CREATE TABLE stock_movements (
    reference text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('receive', 'adjust', 'hold', 'release', 'take', 'return')),
    sku text NOT NULL,
    on_hand_change bigint NOT NULL,
    reserved_change bigint NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (reference, kind, sku)
);
CREATE INDEX stock_movements_by_sku ON stock_movements (sku);

CREATE TABLE imports (
    id text PRIMARY KEY,
    format text NOT NULL,
    status text NOT NULL,
    rows bigint NOT NULL,
    accepted bigint NOT NULL,
    unchanged bigint NOT NULL,
    rejected bigint NOT NULL,
    started_at bigint NOT NULL
);

CREATE TABLE import_rejections (
    import_id text NOT NULL,
    number bigint NOT NULL,
    line bigint NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (import_id, number)
);

-- Promotions ------------------------------------------------------------------------------------------------------------------

CREATE TABLE promotions (
    code text PRIMARY KEY,
    doc text NOT NULL,
    used bigint NOT NULL DEFAULT 0 CHECK (used >= 0),
    max_uses bigint NOT NULL,
    version bigint NOT NULL,
    CHECK (used <= max_uses)
);

CREATE TABLE promotion_customers (
    code text NOT NULL,
    customer text NOT NULL,
    used bigint NOT NULL CHECK (used >= 0),
    PRIMARY KEY (code, customer)
);

CREATE TABLE promotion_uses (
    reference text NOT NULL,
    code text NOT NULL,
    customer text NOT NULL,
    released bigint NOT NULL DEFAULT 0,
    at bigint NOT NULL,
    PRIMARY KEY (reference, code)
);

-- Carts, checkouts, orders ----------------------------------------------------------------------------------------------------

CREATE TABLE carts (
    id text PRIMARY KEY,
    status text NOT NULL,
    version bigint NOT NULL,
    doc text NOT NULL,
    updated_at bigint NOT NULL
);

CREATE TABLE checkouts (
    id text PRIMARY KEY,
    cart_id text NOT NULL,
    status text NOT NULL,
    version bigint NOT NULL,
    doc text NOT NULL,
    expires_at bigint NOT NULL
);
CREATE UNIQUE INDEX one_live_checkout_per_cart ON checkouts (cart_id) WHERE status IN ('incomplete', 'ready', 'completing', 'action_required');
CREATE INDEX checkouts_by_expiry ON checkouts (expires_at) WHERE status IN ('incomplete', 'ready');

CREATE TABLE orders (
    id text PRIMARY KEY,
    number text NOT NULL UNIQUE,
    checkout_id text NOT NULL UNIQUE,
    status text NOT NULL,
    market text NOT NULL,
    currency text NOT NULL,
    total bigint NOT NULL CHECK (total >= 0),
    version bigint NOT NULL,
    doc text NOT NULL,
    placed_at bigint NOT NULL
);
CREATE INDEX orders_by_time ON orders (placed_at, id);

-- Money -----------------------------------------------------------------------------------------------------------------------

-- One row for each try to take money, written before any byte leaves.
CREATE TABLE payments (
    id text PRIMARY KEY,
    checkout_id text NOT NULL,
    order_id text,
    connection text NOT NULL,
    vendor_id text,
    status text NOT NULL CHECK (status IN ('started', 'action_required', 'authorized', 'captured', 'partly_refunded', 'refunded', 'voided', 'failed')),
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    authorized bigint NOT NULL DEFAULT 0,
    capturing bigint NOT NULL DEFAULT 0,
    captured bigint NOT NULL DEFAULT 0,
    refunding bigint NOT NULL DEFAULT 0,
    refunded bigint NOT NULL DEFAULT 0,
    started_at bigint NOT NULL,
    swept bigint NOT NULL DEFAULT 0,
    CHECK (authorized BETWEEN 0 AND amount),
    CHECK (capturing >= 0 AND captured >= 0 AND capturing + captured <= authorized),
    CHECK (refunding >= 0 AND refunded >= 0 AND refunding + refunded <= captured)
);
CREATE INDEX payments_by_checkout ON payments (checkout_id);
CREATE INDEX payments_by_order ON payments (order_id);
CREATE INDEX payments_to_sweep ON payments (started_at) WHERE swept = 0 AND vendor_id IS NULL AND status IN ('failed', 'voided');
CREATE UNIQUE INDEX payments_by_vendor_id ON payments (connection, vendor_id);

-- A transfer from one account to another is balanced by its shape: there is no way to write half of it.
CREATE TABLE ledger (
    posting text NOT NULL,
    leg bigint NOT NULL,
    debit text NOT NULL,
    credit text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    order_id text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (posting, leg),
    CHECK (debit <> credit)
);
CREATE INDEX ledger_by_order ON ledger (order_id);

CREATE TABLE disputes (
    id text PRIMARY KEY,
    payment_id text NOT NULL,
    order_id text NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    reason text NOT NULL,
    status text NOT NULL,
    at bigint NOT NULL
);

-- Durability ------------------------------------------------------------------------------------------------------------------

CREATE TABLE processes (
    id text PRIMARY KEY,
    kind text NOT NULL,
    subject text NOT NULL,
    status text NOT NULL CHECK (status IN ('running', 'waiting', 'undoing', 'stuck', 'completed', 'undone')),
    step bigint NOT NULL,
    called bigint NOT NULL,
    attempts bigint NOT NULL,
    state text NOT NULL,
    refusal text,
    error text,
    key text,
    version bigint NOT NULL,
    owner text,
    lease_until bigint NOT NULL,
    due_at bigint NOT NULL,
    created_at bigint NOT NULL
);
CREATE UNIQUE INDEX one_live_process_per_subject ON processes (subject) WHERE status IN ('running', 'waiting', 'undoing', 'stuck');
CREATE INDEX processes_due ON processes (due_at) WHERE status IN ('running', 'waiting', 'undoing');

CREATE TABLE process_journal (
    process_id text NOT NULL,
    number bigint NOT NULL,
    step text NOT NULL,
    phase text NOT NULL,
    note text,
    at bigint NOT NULL,
    PRIMARY KEY (process_id, number)
);

CREATE TABLE idempotency_keys (
    key text PRIMARY KEY,
    fingerprint text NOT NULL,
    status bigint,
    body text,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

-- Events ----------------------------------------------------------------------------------------------------------------------

-- (stream, seq) being unique is also what makes a change on an outdated version impossible.
CREATE TABLE events (
    position $identity$,
    tx $transaction$,
    id text NOT NULL,
    stream text NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL,
    data text NOT NULL,
    trace text,
    at bigint NOT NULL,
    UNIQUE (stream, seq)
);
CREATE INDEX events_in_order ON events (tx, position);

CREATE TABLE cursors (
    name text PRIMARY KEY,
    tx bigint NOT NULL,
    position bigint NOT NULL,
    owner text,
    lease_until bigint NOT NULL DEFAULT 0,
    fence bigint NOT NULL DEFAULT 0
);

CREATE TABLE inbox (
    consumer text NOT NULL,
    event_id text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (consumer, event_id)
);

CREATE TABLE dead_letters (
    consumer text NOT NULL,
    event_id text NOT NULL,
    position bigint NOT NULL,
    error text NOT NULL,
    attempts bigint NOT NULL,
    status text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (consumer, event_id)
);

CREATE TABLE webhook_inbox (
    connection text NOT NULL,
    event_id text NOT NULL,
    type text NOT NULL,
    body text NOT NULL,
    headers text NOT NULL,
    trace text,
    status text NOT NULL CHECK (status IN ('stored', 'applied', 'ignored', 'parked')),
    note text,
    attempts bigint NOT NULL DEFAULT 0,
    due_at bigint NOT NULL,
    received_at bigint NOT NULL,
    PRIMARY KEY (connection, event_id)
);
CREATE INDEX webhook_inbox_due ON webhook_inbox (due_at) WHERE status = 'stored';

-- What was sold, by day: derived from events, rebuilt by replay.
CREATE TABLE sales (
    day text NOT NULL,
    sku text NOT NULL,
    currency text NOT NULL,
    quantity bigint NOT NULL,
    amount bigint NOT NULL,
    PRIMARY KEY (day, sku, currency)
);

CREATE TABLE secrets (
    name text PRIMARY KEY,
    value text NOT NULL
);

-- PostgreSQL only -------------------------------------------------------------------------------------------------------------

CREATE FUNCTION hub_refuse(code text) RETURNS integer LANGUAGE plpgsql AS $refuse$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'HB001', MESSAGE = code;
END
$refuse$;

-- Small rows that change all the time: leave room on their pages so that an update stays on its page and needs no index write.
ALTER TABLE stock SET (fillfactor = 50);
ALTER TABLE processes SET (fillfactor = 50);
ALTER TABLE payments SET (fillfactor = 60);
ALTER TABLE carts SET (fillfactor = 70);
ALTER TABLE checkouts SET (fillfactor = 70);
ALTER TABLE orders SET (fillfactor = 70);
