-- Who changed what: one row after the other, each with a hash over itself and the hash before it. Rows are only added.
CREATE TABLE audit (
    position bigint PRIMARY KEY,
    at bigint NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    entry text NOT NULL,      -- JSON: all of the above but the position, with before and after
    hash text NOT NULL
);
CREATE INDEX audit_by_subject ON audit (subject, position);
CREATE INDEX audit_by_actor ON audit (actor, position);

-- How far the chain goes. Whoever adds to it holds this row until the commit, so there is one order.
CREATE TABLE audit_head (
    name text PRIMARY KEY,
    position bigint NOT NULL,
    hash text NOT NULL
);
INSERT INTO audit_head (name, position, hash) VALUES ('audit', 0, '');

-- SQLite only
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are only added'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are only added'); END;
-- PostgreSQL only
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit rows are only added'; END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
