-- Keys that the hub makes for itself. Of one that is over the id alone stays, so that what was made with it is known as old.
CREATE TABLE hub_keys (
    id text PRIMARY KEY,
    class text NOT NULL,
    sealed text NOT NULL,     -- under a key of the settings; empty when it is over
    created_at bigint NOT NULL,
    retires_at bigint         -- null: what is new is made with it
);
