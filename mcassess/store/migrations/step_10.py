"""Step 10: whether educators' words stand in a submission's evidence, so that they can go as its files do."""

STATEMENTS = ("ALTER TABLE submission ADD COLUMN words INTEGER NOT NULL DEFAULT 1",)
