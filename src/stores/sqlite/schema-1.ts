// Migration 1: the tables. Never edit it once released; add a migration instead.
//
// WITHOUT ROWID: every table is read by its own key, and every index then carries that key as its tie-breaker.
// Sessions have no foreign key to users: they outlive the account, until the deny-list has heard of their end.

export const schema1 = `
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  email TEXT,
  email_verified INTEGER NOT NULL CHECK (email_verified IN (0, 1)),
  username TEXT,
  username_folded TEXT,
  first_name TEXT,
  first_name_folded TEXT,
  last_name TEXT,
  last_name_folded TEXT,
  phone TEXT,
  role TEXT NOT NULL CHECK (role IN ('client', 'manager', 'admin')),
  disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_login_at INTEGER,
  password_hash TEXT,
  password_version INTEGER NOT NULL DEFAULT 1,
  bcrypt_cost INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_by_email ON users (email) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX users_by_username ON users (username_folded) WHERE username_folded IS NOT NULL;
CREATE INDEX users_by_first_name ON users (first_name_folded, id) WHERE first_name_folded IS NOT NULL;
CREATE INDEX users_by_last_name ON users (last_name_folded, id) WHERE last_name_folded IS NOT NULL;
CREATE INDEX users_by_role ON users (role, id);
CREATE INDEX users_disabled ON users (id) WHERE disabled = 1;
CREATE INDEX users_by_bcrypt_cost ON users (bcrypt_cost) WHERE bcrypt_cost IS NOT NULL;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  counter INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  rotated_at INTEGER,
  expires_at INTEGER NOT NULL,
  max_expires_at INTEGER NOT NULL,
  ended_at INTEGER,
  end_reason TEXT,
  ip TEXT,
  user_agent TEXT,
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_user ON sessions (user_id, last_used_at DESC) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_device ON sessions (user_id, user_agent);
CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE revocations (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  session_id TEXT,
  user_id TEXT,
  role TEXT,
  CHECK ((session_id IS NULL) = (user_id IS NOT NULL AND role IS NOT NULL))
) STRICT;
CREATE INDEX revocations_by_time ON revocations (at);

CREATE TABLE persons (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL,
  person_id_folded TEXT NOT NULL,
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL,
  email TEXT,
  email_folded TEXT,
  age INTEGER CHECK (age BETWEEN 0 AND 999),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX persons_by_person_id ON persons (person_id);
CREATE INDEX persons_by_folded_person_id ON persons (person_id_folded, id);
CREATE INDEX persons_by_email ON persons (email_folded, id) WHERE email_folded IS NOT NULL;
-- These two also hold what a search looks at, so that a walk in the order of names need not fetch each row.
CREATE INDEX persons_by_name ON persons (name_folded, id, email_folded, person_id_folded);
CREATE INDEX persons_by_name_down ON persons (name_folded DESC, id, email_folded, person_id_folded);
CREATE INDEX persons_by_age ON persons (coalesce(age, 1000), id);
CREATE INDEX persons_by_age_down ON persons (coalesce(age, -1) DESC, id);
CREATE INDEX persons_by_creation ON persons (created_at, id);
CREATE INDEX persons_by_creation_down ON persons (created_at DESC, id);

CREATE TABLE one_time_tokens (
  hash TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  user_id TEXT NOT NULL,
  email TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX one_time_tokens_of_user ON one_time_tokens (user_id, purpose);
CREATE INDEX one_time_tokens_by_expiry ON one_time_tokens (expires_at);

CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY,
  algorithm TEXT NOT NULL,
  public_jwk TEXT,
  sealed_private_jwk TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  signs_from INTEGER NOT NULL,
  retires_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  event TEXT NOT NULL,
  user_id TEXT,
  actor_id TEXT,
  ip TEXT,
  user_agent TEXT,
  detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_by_user ON audit (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX audit_by_event ON audit (event, id);
CREATE INDEX audit_by_time ON audit (at);

CREATE TABLE mails (
  id TEXT PRIMARY KEY,
  sealed TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mails_by_due ON mails (due_at, id);

CREATE TABLE counters (
  key TEXT PRIMARY KEY,
  value INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX counters_by_expiry ON counters (expires_at);
`
