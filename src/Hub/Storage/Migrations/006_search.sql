-- The hub's own search engine -----------------------------------------------------------------------------------------------

-- What readers ask by name, and which generation answers them.
CREATE TABLE search_indexes (
    name text PRIMARY KEY,
    seal text NOT NULL,       -- what cursors are sealed with
    serving bigint
);

CREATE TABLE search_generations (
    number $identity$,
    name text NOT NULL,
    generation text NOT NULL,
    fields text NOT NULL,
    UNIQUE (name, generation)
);

CREATE TABLE search_documents (
    number bigint PRIMARY KEY,
    generation bigint NOT NULL,
    id text$binary$ NOT NULL,
    version bigint NOT NULL,
    title text NOT NULL,
    words text NOT NULL,      -- as they stand in it, each once
    UNIQUE (generation, id)
);

-- What is filtered, counted and sorted by. A field is known by its place in the generation's list.
CREATE TABLE search_values (
    generation bigint NOT NULL,
    document bigint NOT NULL,
    field bigint NOT NULL,
    value text$binary$ NOT NULL,
    number bigint
);
CREATE INDEX search_values_by_document ON search_values (document, field, value);
CREATE INDEX search_values_by_value ON search_values (generation, field, value, document);
CREATE INDEX search_values_by_number ON search_values (generation, field, number, document) WHERE number IS NOT NULL;

-- The words there are, and their parts of three letters, for those who mistype.
CREATE TABLE search_terms (
    generation bigint NOT NULL,
    term text$binary$ NOT NULL,
    documents bigint NOT NULL,
    PRIMARY KEY (generation, term)
);
CREATE TABLE search_grams (
    generation bigint NOT NULL,
    gram text$binary$ NOT NULL,
    term text$binary$ NOT NULL,
    PRIMARY KEY (generation, gram, term)
);

-- Keeping engines in step with the catalogue -----------------------------------------------------------------------------------

-- An engine that is kept in step. One hub at a time works on it.
CREATE TABLE search_targets (
    connection text PRIMARY KEY,
    generation text,          -- the one that answers; null until the first is filled
    fields text,              -- fingerprint of the fields of that generation
    filling text,             -- the one that is being filled
    filling_fields text,
    filled_to text NOT NULL DEFAULT '',
    rebuild bigint NOT NULL DEFAULT 0,   -- asked for by staff
    serving_since bigint,
    wanted_until bigint NOT NULL,
    attempts bigint NOT NULL DEFAULT 0,
    retry_at bigint NOT NULL DEFAULT 0,
    problem text,
    checked_at bigint NOT NULL DEFAULT 0,
    checked_sample bigint NOT NULL DEFAULT 0,
    checked_healed bigint NOT NULL DEFAULT 0,
    owner text,
    lease_until bigint NOT NULL DEFAULT 0,
    fence bigint NOT NULL DEFAULT 0
);

-- Products that an engine has yet to hear of.
CREATE TABLE search_waiting (
    connection text NOT NULL,
    product_id text NOT NULL,
    marks bigint NOT NULL DEFAULT 1,
    force bigint NOT NULL DEFAULT 0,
    due_at bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (connection, product_id)
);
CREATE INDEX search_waiting_due ON search_waiting (connection, due_at);

-- What an engine was told of each product.
CREATE TABLE search_entries (
    connection text NOT NULL,
    product_id text NOT NULL,
    version bigint NOT NULL,
    hash text NOT NULL,
    available bigint NOT NULL,
    refused text,
    PRIMARY KEY (connection, product_id)
);
CREATE INDEX search_entries_sold_out ON search_entries (product_id) WHERE available = 0;
CREATE INDEX search_entries_refused ON search_entries (connection) WHERE refused IS NOT NULL;

-- SQLite only -----------------------------------------------------------------------------------------------------------------

CREATE VIRTUAL TABLE search_words USING fts5 (a, b, c, d, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');

-- PostgreSQL only -------------------------------------------------------------------------------------------------------------

CREATE TABLE search_words (
    document bigint PRIMARY KEY,
    words tsvector NOT NULL
);
CREATE INDEX search_words_lexemes ON search_words USING gin (words);
