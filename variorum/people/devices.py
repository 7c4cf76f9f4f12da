"""People's devices: profiles with what they may see, passwords made for one device, books served, places as devices tell them.

A password is made by us, long and random, for one device, and shown once; kept is what proves it and nothing it could be
read from. Two proofs are kept: of the password (HTTP Basic) and of its MD5, which is all that KOReader's sync protocol
ever sends. A random password of 80 bits needs no slow hash; what a person thinks up (the keeper's own word) gets scrypt.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from variorum.people.opening import PeopleFile, column, now

__all__ = ["KEEPER", "DevicePlace", "Devices", "Password", "Profile"]

#: The one who owns the library: always there, sees everything.
KEEPER = "keeper"

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else on a small screen
_GROUPS, _GROUP = 4, 4  # 31 ** 16: 79 bits
_SCRYPT = {"n": 1 << 14, "r": 8, "p": 1}


@dataclass(frozen=True, slots=True)
class Profile:
    """Somebody who reads here, and what exists for them."""

    person: str
    name: str
    adult: bool  #: may see works rated Mature, Explicit or Not Rated, and those of unknown rating
    hidden: tuple[str, ...]  #: tags (of any kind, a rating too) whose works do not exist for them


@dataclass(frozen=True, slots=True)
class Password:
    """A password made for one device; the password itself is known only to that device."""

    password: str  #: its id
    person: str
    label: str
    created: str
    used: str | None


@dataclass(frozen=True, slots=True)
class DevicePlace:
    """Where a device is in a book, in its own words: ``value`` is the JSON it sent."""

    document: str
    value: dict[str, object]
    at: str


class Devices:
    """Profiles, passwords, served books and the places devices told, of one library."""

    def __init__(self, file: PeopleFile) -> None:
        self._file = file
        self.asked = False  #: whether a word was asked for when that could last be read

    # ------------------------------------------------------------ profiles

    def profiles(self) -> tuple[Profile, ...]:
        """All of them, the keeper first, then by name."""
        with self._file.open() as db:
            rows = db.execute("SELECT person, name, adult, hidden FROM profile ORDER BY name COLLATE NOCASE, person").fetchall()
        return (Profile(KEEPER, "Keeper", adult=True, hidden=()), *map(_profile, rows))

    def profile(self, person: str) -> Profile | None:
        """The profile of a person, or None."""
        return next((p for p in self.profiles() if p.person == person), None)

    def set_profile(self, name: str, *, adult: bool, hidden: Iterable[str] = (), person: str | None = None) -> Profile:
        """Makes a profile, or changes that of ``person``. ValueError for a name that is empty, taken, or the keeper's."""
        name = " ".join(column(name).split())[:80]
        kept = tuple(dict.fromkeys(filter(None, (" ".join(column(tag).split())[:200] for tag in hidden))))[:1000]
        if not name or name.casefold() == KEEPER or person == KEEPER:
            raise ValueError("a profile has a name of its own; the keeper needs none")
        made = Profile(person or secrets.token_hex(8), name, adult, kept)
        with self._file.change() as db:
            taken = db.execute("SELECT person FROM profile WHERE key = ?", (name.casefold(),)).fetchone()
            if taken is not None and taken[0] != made.person:
                raise ValueError(f"there is a profile named {name} already")
            db.execute(
                "INSERT INTO profile (person, name, key, adult, hidden, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (person)"
                " DO UPDATE SET name = excluded.name, key = excluded.key, adult = excluded.adult, hidden = excluded.hidden",
                (made.person, name, name.casefold(), int(adult), json.dumps(kept, ensure_ascii=False), now()),
            )
        return made

    def drop_profile(self, person: str) -> bool:
        """Forgets a profile and its passwords; whether there was one. What they read is forgotten by `People.forget`."""
        with self._file.change() as db:
            db.execute("DELETE FROM password WHERE person = ?", (person,))
            return db.execute("DELETE FROM profile WHERE person = ?", (person,)).rowcount > 0

    # ------------------------------------------------------------ the keeper's own word

    def set_word(self, word: str | None) -> None:
        """What has to be said to become the keeper again on a screen that is somebody else's; None asks for nothing."""
        with self._file.change() as db:
            db.execute("DELETE FROM word")
            db.execute("DELETE FROM signing")  # who said the old one has to say the new one
            if word:
                salt = secrets.token_bytes(16)
                proof = hashlib.scrypt(word.encode("utf-8", "replace"), salt=salt, **_SCRYPT)
                db.execute("INSERT INTO word (salt, proof) VALUES (?, ?)", (salt, proof))

    def has_word(self) -> bool:
        """Whether one is asked for."""
        with self._file.open() as db:
            self.asked = db.execute("SELECT 1 FROM word").fetchone() is not None
        return self.asked

    def is_word(self, word: str) -> bool:
        """Whether this is it; True when none is asked for."""
        with self._file.open() as db:
            row = db.execute("SELECT salt, proof FROM word").fetchone()
        if row is None:
            return True
        said = hashlib.scrypt(word[:1000].encode("utf-8", "replace"), salt=row[0], **_SCRYPT)
        return hmac.compare_digest(said, row[1])

    def token(self, person: str) -> str:
        """What a browser keeps to be somebody here: the person and a proof that we said so."""
        return f"{person}.{hmac.new(self._secret(), person.encode(), 'sha256').hexdigest()}"

    def person_of(self, token: str) -> str | None:
        """Who a token stands for; None for one that we did not make, or made before the keeper's word changed."""
        person, _, proof = token[:300].partition(".")
        good = hmac.new(self._secret(), person.encode("utf-8", "replace"), "sha256").hexdigest()
        return person if hmac.compare_digest(proof.encode("utf-8", "replace"), good.encode()) else None

    def _secret(self) -> bytes:
        with self._file.open() as db:
            row = db.execute("SELECT value FROM signing").fetchone()
        if row is None:
            with self._file.change() as db:
                row = db.execute("SELECT value FROM signing").fetchone()
                if row is None:
                    row = (secrets.token_bytes(32),)
                    db.execute("INSERT INTO signing (value) VALUES (?)", row)
        return bytes(row[0])

    # ------------------------------------------------------------ passwords

    def make_password(self, person: str, label: str) -> tuple[Password, str]:
        """A new password for a device: what is kept of it, and the password itself, to be shown once."""
        word = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
        made = Password(secrets.token_hex(8), person, " ".join(column(label).split())[:80] or "a device", now(), None)
        with self._file.open() as db:
            db.execute(
                "INSERT INTO password (password, person, label, proof, md5_proof, created) VALUES (?, ?, ?, ?, ?, ?)",
                (made.password, person, made.label, _proof(word), _proof(_md5(word)), made.created),
            )
        return made, word

    def passwords(self, person: str | None = None) -> tuple[Password, ...]:
        """The passwords there are (of one person), the latest first."""
        query = "SELECT password, person, label, created, used FROM password WHERE ? IS NULL OR person = ?"
        with self._file.open() as db:
            return tuple(Password(*row) for row in db.execute(query + " ORDER BY created DESC, password", (person, person)))

    def guarded(self) -> bool:
        """Whether anybody made a password or a word: then nobody comes in from another machine without one."""
        with self._file.open() as db:
            return db.execute("SELECT 1 FROM password UNION ALL SELECT 1 FROM word LIMIT 1").fetchone() is not None

    def revoke(self, password: str) -> bool:
        """Makes a password worthless; whether there was one of this id."""
        with self._file.open() as db:
            return db.execute("DELETE FROM password WHERE password = ?", (password,)).rowcount > 0

    def who(self, name: str, word: str) -> Profile | None:
        """Whose password this is, when the name is theirs too; None for a wrong one."""
        return self._who(name, "proof", _proof(word.strip().lower()))

    def who_by_md5(self, name: str, digest: str) -> Profile | None:
        """The same by the password's MD5 in hexadecimal digits, as KOReader sends it."""
        return self._who(name, "md5_proof", _proof(digest.strip().lower()))

    def _who(self, name: str, field: str, proof: str) -> Profile | None:
        with self._file.open() as db:
            rows = db.execute(f"SELECT password, person, used FROM password WHERE {field} = ?", (proof,)).fetchall()  # noqa: S608 (a column of ours)
            for password, person, used in rows:
                profile = self.profile(person)
                if profile is not None and profile.name.casefold() == " ".join(name.split()).casefold():
                    if used is None or used[:10] != now()[:10]:  # by the day: a feed of covers is no reason to write forty times
                        db.execute("UPDATE password SET used = ? WHERE password = ?", (now(), password))
                    return profile
        return None

    # ------------------------------------------------------------ books and places

    def served(self, documents: Iterable[str], witness: str) -> None:
        """Remembers which copy a served book is, by each of the names a device may give it. Never forgotten."""
        with self._file.open() as db:
            db.executemany(
                "INSERT INTO served (document, witness, at) VALUES (?, ?, ?) ON CONFLICT (document) DO NOTHING",
                [(document, witness, now()) for document in documents],
            )

    def witness_of(self, document: str) -> str | None:
        """The copy a device's name for a book stands for; None for a book that was not served here."""
        with self._file.open() as db:
            row = db.execute("SELECT witness FROM served WHERE document = ?", (column(document)[:200],)).fetchone()
        return None if row is None else str(row[0])

    def documents_of(self, witness: str) -> tuple[str, ...]:
        """The names under which a copy was served."""
        with self._file.open() as db:
            rows = db.execute("SELECT document FROM served WHERE witness = ? ORDER BY at DESC, document", (witness,)).fetchall()
        return tuple(str(row[0]) for row in rows)

    def told(self, person: str, document: str, value: dict[str, object]) -> DevicePlace:
        """Keeps where a device says it is, word for word: what we do not understand goes back as it came."""
        place = DevicePlace(column(document)[:200], value, now())
        with self._file.open() as db:
            db.execute(
                "INSERT INTO told_place (person, document, value, at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (person, document) DO UPDATE SET value = excluded.value, at = excluded.at",
                (person, place.document, column(json.dumps(value, ensure_ascii=False)), place.at),
            )
        return place

    def told_of(self, person: str, documents: Iterable[str]) -> DevicePlace | None:
        """What a device said last about any of these names of a book, or None."""
        found: list[DevicePlace] = []
        with self._file.open() as db:
            for document in documents:
                row = db.execute(
                    "SELECT document, value, at FROM told_place WHERE person = ? AND document = ?",
                    (person, column(document)[:200]),
                ).fetchone()
                if row is not None:
                    found.append(DevicePlace(row[0], json.loads(row[1]), row[2]))
        return max(found, key=lambda place: place.at, default=None)


def _profile(row: sqlite3.Row | tuple[str, str, int, str]) -> Profile:
    person, name, adult, hidden = row
    return Profile(person, name, bool(adult), tuple(json.loads(hidden)))


def _md5(word: str) -> str:
    return hashlib.md5(word.encode(), usedforsecurity=False).hexdigest()


def _proof(word: str) -> str:
    return base64.b64encode(hashlib.sha256(b"variorum device\0" + word.encode("utf-8", "replace")).digest()).decode()
