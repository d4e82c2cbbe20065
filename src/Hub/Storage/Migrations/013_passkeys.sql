-- What customers sign in with besides their password. Only the public half of a key is known here.
CREATE TABLE customer_passkeys (
    id text PRIMARY KEY,
    customer_id text NOT NULL,
    credential_id text NOT NULL UNIQUE,   -- base64url, as the authenticator calls it
    public_key text NOT NULL,             -- COSE, base64url
    name text NOT NULL,
    transports text NOT NULL,             -- JSON
    sign_count bigint NOT NULL,
    user_verified bigint NOT NULL CHECK (user_verified IN (0, 1)),
    backup_eligible bigint NOT NULL CHECK (backup_eligible IN (0, 1)),
    backed_up bigint NOT NULL CHECK (backed_up IN (0, 1)),
    created_at bigint NOT NULL,
    last_used_at bigint
);
CREATE INDEX customer_passkeys_by_customer ON customer_passkeys (customer_id, created_at);

-- What an authenticator was asked to sign: for one purpose, one customer or nobody yet, one use.
CREATE TABLE passkey_flows (
    hash text PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('add', 'sign_in')),
    customer_id text,
    state text NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX passkey_flows_by_customer ON passkey_flows (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX passkey_flows_by_end ON passkey_flows (expires_at);

-- SQLite only
CREATE TABLE customer_mails_with_passkeys (
    id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('verify', 'exists', 'reset', 'change', 'taken', 'changing', 'passkey_added', 'passkey_removed')),
    email text NOT NULL,
    customer_id text,
    due_at bigint NOT NULL,
    attempts bigint NOT NULL DEFAULT 0
);
INSERT INTO customer_mails_with_passkeys (id, kind, email, customer_id, due_at, attempts) SELECT id, kind, email, customer_id, due_at, attempts FROM customer_mails;
DROP TABLE customer_mails;
ALTER TABLE customer_mails_with_passkeys RENAME TO customer_mails;
CREATE INDEX customer_mails_due ON customer_mails (due_at);
-- PostgreSQL only
ALTER TABLE customer_mails DROP CONSTRAINT customer_mails_kind_check;
ALTER TABLE customer_mails ADD CONSTRAINT customer_mails_kind_check CHECK (kind IN ('verify', 'exists', 'reset', 'change', 'taken', 'changing', 'passkey_added', 'passkey_removed'));
