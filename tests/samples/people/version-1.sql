-- A people's database as version 1 wrote it (two places, one setting). Never edited: it stands for files out there.
CREATE TABLE place (
    person TEXT NOT NULL,
    witness TEXT NOT NULL,
    start INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (person, witness)
) WITHOUT ROWID;
CREATE INDEX place_recent ON place (person, at);
CREATE TABLE setting (
    person TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO place VALUES ('keeper', 'w-lamp', 871, '2026-01-02T03:04:05.000000Z');
INSERT INTO place VALUES ('keeper', 'w-kettle', 12, '2026-01-03T03:04:05.000000Z');
INSERT INTO setting VALUES ('keeper', '{"theme": "dark"}');
PRAGMA user_version = 1;
