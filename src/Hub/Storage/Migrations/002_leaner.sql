-- What happened in a process is written with each of its commits: one row for all of it. Nothing writes process_journal any more.
CREATE TABLE process_log (
    process_id text NOT NULL,
    version bigint NOT NULL,
    entries text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (process_id, version)
);
INSERT INTO process_log (process_id, version, entries, at)
SELECT process_id, number - 1000000000, '[{"step":"' || step || '","phase":"' || phase || '"' || CASE WHEN note IS NULL THEN ''
    ELSE ',"note":"' || replace(replace(replace(note, '\', '\\'), '"', '\"'), '
', ' ') || '"' END || '}]', at FROM process_journal;

-- The offer is most of a checkout and changes less often than its status.
ALTER TABLE checkouts ADD COLUMN quote text;
UPDATE checkouts SET quote = doc$json$ ->> 'quote';

-- The indexes look at whether a checkout is live, not at its status, so that a change of status leaves them alone.
ALTER TABLE checkouts ADD COLUMN live bigint GENERATED ALWAYS AS (CASE WHEN status IN ('incomplete', 'ready', 'completing', 'action_required') THEN 1 ELSE 0 END) $computed$;
DROP INDEX one_live_checkout_per_cart;
CREATE UNIQUE INDEX one_live_checkout_per_cart ON checkouts (cart_id) WHERE live = 1;
DROP INDEX checkouts_by_expiry;
CREATE INDEX checkouts_by_expiry ON checkouts (expires_at) WHERE live = 1;

-- No query uses these.
DROP INDEX stock_movements_by_sku;
DROP INDEX payments_by_checkout;
DROP INDEX payments_by_order;
DROP INDEX ledger_by_order;

-- Without the status in it, capturing a payment leaves every index of the table alone.
DROP INDEX payments_to_sweep;
CREATE INDEX payments_to_sweep ON payments (started_at) WHERE swept = 0 AND vendor_id IS NULL;

-- PostgreSQL only -------------------------------------------------------------------------------------------------------------

-- Events are read in order or by stream. A single one is looked up rarely, and its neighbours lie beside it.
ALTER TABLE events DROP CONSTRAINT events_pkey;
CREATE INDEX events_by_position ON events USING brin (position) WITH (pages_per_range = 16);

ALTER TABLE idempotency_keys SET (fillfactor = 60);

-- Documents are compressed faster where the server can.
DO $lz4$
BEGIN
    ALTER TABLE carts ALTER COLUMN doc SET COMPRESSION lz4;
    ALTER TABLE checkouts ALTER COLUMN doc SET COMPRESSION lz4;
    ALTER TABLE checkouts ALTER COLUMN quote SET COMPRESSION lz4;
    ALTER TABLE orders ALTER COLUMN doc SET COMPRESSION lz4;
    ALTER TABLE events ALTER COLUMN data SET COMPRESSION lz4;
    ALTER TABLE idempotency_keys ALTER COLUMN body SET COMPRESSION lz4;
    ALTER TABLE webhook_inbox ALTER COLUMN body SET COMPRESSION lz4;
    ALTER TABLE processes ALTER COLUMN state SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END
$lz4$;
