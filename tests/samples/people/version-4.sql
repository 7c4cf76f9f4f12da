-- A people's database as version 4 wrote it (a place, a mark, a profile). Never edited: it stands for files out there.
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
ALTER TABLE place ADD COLUMN quote TEXT NOT NULL DEFAULT '';
CREATE TABLE mark (
    person TEXT NOT NULL,
    witness TEXT NOT NULL,
    mark TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (person, witness)
) WITHOUT ROWID;
CREATE INDEX mark_by_kind ON mark (person, mark, at);
ALTER TABLE place ADD COLUMN prefix TEXT NOT NULL DEFAULT '';
ALTER TABLE place ADD COLUMN suffix TEXT NOT NULL DEFAULT '';
ALTER TABLE place ADD COLUMN progress REAL NOT NULL DEFAULT 0;
ALTER TABLE place ADD COLUMN device TEXT NOT NULL DEFAULT '';
CREATE TABLE work_setting (
    person TEXT NOT NULL,
    witness TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (person, witness)
) WITHOUT ROWID;
CREATE TABLE annotation (
    person TEXT NOT NULL,
    annotation TEXT NOT NULL,
    witness TEXT NOT NULL,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    exact TEXT NOT NULL,
    prefix TEXT NOT NULL,
    suffix TEXT NOT NULL,
    note TEXT NOT NULL,
    colour TEXT NOT NULL,
    created TEXT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (person, annotation)
) WITHOUT ROWID;
CREATE INDEX annotation_by_witness ON annotation (person, witness, start);
CREATE INDEX annotation_recent ON annotation (person, created);
CREATE TABLE profile (
    person TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    adult INTEGER NOT NULL,
    hidden TEXT NOT NULL,
    at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE word (salt BLOB NOT NULL, proof BLOB NOT NULL);
CREATE TABLE signing (value BLOB NOT NULL);
CREATE TABLE password (
    password TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    label TEXT NOT NULL,
    proof TEXT NOT NULL,
    md5_proof TEXT NOT NULL,
    created TEXT NOT NULL,
    used TEXT
) WITHOUT ROWID;
CREATE INDEX password_by_proof ON password (proof);
CREATE INDEX password_by_md5 ON password (md5_proof);
CREATE TABLE served (
    document TEXT PRIMARY KEY,
    witness TEXT NOT NULL,
    at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX served_witness ON served (witness);
CREATE TABLE told_place (
    person TEXT NOT NULL,
    document TEXT NOT NULL,
    value TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (person, document)
) WITHOUT ROWID;
INSERT INTO place (person, witness, start, quote, at, prefix, suffix, progress, device) VALUES ('keeper', 'w-lamp', 871, 'and the lamp', '2026-01-02T03:04:05.000000Z', '', '', 0.5, 'a phone');
INSERT INTO mark VALUES ('keeper', 'w-lamp', 'later', '2026-01-02T03:04:06.000000Z');
INSERT INTO profile VALUES ('f00d', 'Robin', 'robin', 0, '[]', '2026-01-02T03:04:07.000000Z');
PRAGMA user_version = 4;
