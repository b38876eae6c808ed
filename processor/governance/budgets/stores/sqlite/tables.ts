/** Raised when the tables change; a file of another version is refused rather than misread. */
export const SCHEMA_VERSION = 1;

/**
 * Tables of the budgets of one host. `account` is the spending of one budget, or split, in one
 * period; `hold` what calls in flight may still add.
 */
export const SCHEMA: string = `
CREATE TABLE IF NOT EXISTS account (
  id INTEGER PRIMARY KEY,
  budget TEXT NOT NULL,
  split TEXT NOT NULL,
  period TEXT NOT NULL,
  committed INTEGER NOT NULL DEFAULT 0,
  keep_until INTEGER NOT NULL,
  UNIQUE (budget, period, split)
) STRICT;
CREATE TABLE IF NOT EXISTS hold (
  account INTEGER NOT NULL,
  call TEXT NOT NULL,
  amount INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY (account, call)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS day (
  account INTEGER NOT NULL,
  day TEXT NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (account, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS raised (
  account INTEGER NOT NULL,
  source TEXT NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (account, source)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS told (
  account INTEGER NOT NULL,
  alert_period TEXT NOT NULL,
  threshold INTEGER NOT NULL,
  PRIMARY KEY (account, alert_period, threshold)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settled (
  call TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS settled_at ON settled (at);
CREATE TABLE IF NOT EXISTS override (
  id TEXT PRIMARY KEY,
  budget TEXT NOT NULL,
  period TEXT NOT NULL,
  split TEXT,
  extra INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  entry TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS override_of ON override (budget, period);
CREATE TABLE IF NOT EXISTS pause (
  id TEXT PRIMARY KEY,
  until INTEGER,
  entry TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS audit (
  sequence INTEGER PRIMARY KEY,
  entry TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS run (
  id TEXT NOT NULL,
  counter TEXT NOT NULL,
  total REAL NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY (id, counter)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** What files of the same version may lack that an earlier costspan has made; it lets them as they are. */
export const ADDITIONS: string = `
CREATE TABLE IF NOT EXISTS beginning (
  key TEXT PRIMARY KEY,
  told TEXT,
  claimed_by TEXT,
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS beginning_expires ON beginning (expires);
`;
