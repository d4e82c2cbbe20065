-- Set while an order is being called off, so that it cannot be sent off at the same time.
ALTER TABLE orders ADD COLUMN canceling bigint NOT NULL DEFAULT 0;
