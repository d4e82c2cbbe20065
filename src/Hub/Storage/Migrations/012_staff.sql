-- What staff may do, by role.
CREATE TABLE roles (
    id text PRIMARY KEY,
    name text NOT NULL,
    grants text NOT NULL,     -- JSON
    version bigint NOT NULL
);

CREATE TABLE staff (
    id text PRIMARY KEY,
    email text NOT NULL,
    email_key text NOT NULL UNIQUE,
    name text NOT NULL,
    roles text NOT NULL,      -- JSON: ids
    enabled bigint NOT NULL CHECK (enabled IN (0, 1)),
    password_hash text,       -- none until an invitation was accepted
    version bigint NOT NULL,
    created_at bigint NOT NULL
);

CREATE TABLE staff_sessions (
    id text PRIMARY KEY,
    token_hash text NOT NULL UNIQUE,
    staff_id text NOT NULL,
    device text NOT NULL,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    idle_until bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX staff_sessions_by_member ON staff_sessions (staff_id, created_at);

-- To set a password with, once.
CREATE TABLE staff_invitations (
    hash text PRIMARY KEY,
    staff_id text NOT NULL UNIQUE,
    expires_at bigint NOT NULL
);

-- Services that prove themselves by signing have a public key in place of a secret.
ALTER TABLE access_keys ADD COLUMN public_key text;

CREATE TABLE access_tokens (
    hash text PRIMARY KEY,
    key_id text NOT NULL,
    scopes text NOT NULL,     -- JSON
    expires_at bigint NOT NULL
);
CREATE INDEX access_tokens_by_end ON access_tokens (expires_at);

-- What a service signed counts once.
CREATE TABLE used_assertions (
    key_id text NOT NULL,
    id text NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (key_id, id)
);

-- Sign-ins with another provider that have begun.
CREATE TABLE sign_in_flows (
    hash text PRIMARY KEY,
    audience text NOT NULL CHECK (audience IN ('customers', 'staff')),
    provider text NOT NULL,
    state text NOT NULL,
    nonce text NOT NULL,
    verifier text NOT NULL,
    redirect_uri text NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX sign_in_flows_by_end ON sign_in_flows (expires_at);

-- Who somebody is elsewhere.
CREATE TABLE customer_identities (
    provider text NOT NULL,
    subject text NOT NULL,
    customer_id text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (provider, subject)
);
CREATE INDEX customer_identities_by_customer ON customer_identities (customer_id);

CREATE TABLE staff_identities (
    provider text NOT NULL,
    subject text NOT NULL,
    staff_id text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (provider, subject)
);
CREATE INDEX staff_identities_by_member ON staff_identities (staff_id);
