-- Who buys. A customer's document holds name, phone, consent and addresses; the address of sign-in is a column, because it is unique.
CREATE TABLE customers (
    id text PRIMARY KEY,
    email text NOT NULL,
    email_key text NOT NULL UNIQUE,
    verified bigint NOT NULL DEFAULT 0 CHECK (verified IN (0, 1)),
    password_hash text,       -- none for who signs in otherwise
    doc text NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL
);

-- Who is signed in. The row is the session: without it the token is worth nothing.
CREATE TABLE customer_sessions (
    id text PRIMARY KEY,
    token_hash text NOT NULL UNIQUE,
    customer_id text NOT NULL,
    device text NOT NULL,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    idle_until bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX customer_sessions_by_customer ON customer_sessions (customer_id, created_at);

-- What only the owner of a mailbox can know: for one customer, one purpose, one use.
CREATE TABLE customer_proofs (
    hash text PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('verify', 'reset', 'change')),
    customer_id text NOT NULL,
    email text NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX customer_proofs_by_customer ON customer_proofs (customer_id);

-- Letters to be written. Proofs are made when a letter is, so that none lies here.
CREATE TABLE customer_mails (
    id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('verify', 'exists', 'reset', 'change', 'taken', 'changing')),
    email text NOT NULL,
    customer_id text,
    due_at bigint NOT NULL,
    attempts bigint NOT NULL DEFAULT 0
);
CREATE INDEX customer_mails_due ON customer_mails (due_at);

-- That somebody was forgotten, and where: how many records of what, and nothing of who it was.
CREATE TABLE erasures (
    id text PRIMARY KEY,
    customer_id text NOT NULL,
    at bigint NOT NULL,
    proof text NOT NULL
);

ALTER TABLE carts ADD COLUMN customer_id text;
-- Nothing in it that an edit of a cart changes, so that edits stay in place.
CREATE INDEX carts_by_customer ON carts (customer_id) WHERE customer_id IS NOT NULL;

ALTER TABLE orders ADD COLUMN customer_id text;
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at, id) WHERE customer_id IS NOT NULL;
