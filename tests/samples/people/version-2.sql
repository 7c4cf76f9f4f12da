-- A people's database as version 2 wrote it (a place with its quotation, a mark, a setting). Never edited: it stands for files out there.
CREATE TABLE place (
    person TEXT NOT NULL,
    witness TEXT NOT NULL,
    start INTEGER NOT NULL,
    at TEXT NOT NULL,
    quote TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (person, witness)
) WITHOUT ROWID;
CREATE INDEX place_recent ON place (person, at);
CREATE TABLE setting (
    person TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE mark (
    person TEXT NOT NULL,
    witness TEXT NOT NULL,
    mark TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (person, witness)
) WITHOUT ROWID;
CREATE INDEX mark_by_kind ON mark (person, mark, at);
INSERT INTO place VALUES ('keeper', 'w-lamp', 871, '2026-01-02T03:04:05.000000Z', 'and the lamp went round');
INSERT INTO mark VALUES ('keeper', 'w-lamp', 'later', '2026-01-02T03:04:06.000000Z');
INSERT INTO setting VALUES ('keeper', '{"theme": "dark"}');
PRAGMA user_version = 2;
