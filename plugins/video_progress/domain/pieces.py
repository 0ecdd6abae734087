"""Claims and pieces: play that is asserted, and play that is believed.

A claim says "media [from, to) was played". A piece is the part that was
believed, with the server time that paid for it, millisecond for millisecond.
Nothing here knows why a claim was cut or whether a piece will earn anything.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from plugins.video_progress.domain.intervals import Span, Spans, common, missing, union


class Claim(NamedTuple):
    """Media [media_from, media_to) in ms that a player says it played, seen or in a hidden page."""

    media_from: int
    media_to: int
    visible: bool = True

    @property
    def lasts(self) -> int:
        return self.media_to - self.media_from


class Piece(NamedTuple):
    """Media [media_from, media_to) watched during as many ms of server time from server_from."""

    media_from: int
    media_to: int
    server_from: int

    @property
    def lasts(self) -> int:
        return self.media_to - self.media_from

    @property
    def server_to(self) -> int:
        return self.server_from + self.lasts

    @property
    def media(self) -> Span:
        return self.media_from, self.media_to

    @property
    def server(self) -> Span:
        return self.server_from, self.server_to

    def of_media(self, span: Span) -> "Piece":
        """Return the part that shows media span, which must lie inside."""
        return Piece(span[0], span[1], self.server_from + span[0] - self.media_from)

    def of_server(self, span: Span) -> "Piece":
        """Return the part watched in server span, which must lie inside."""
        start = self.media_from + span[0] - self.server_from
        return Piece(start, start + span[1] - span[0], span[0])


Pieces = tuple[Piece, ...]


def lasting(claims: Iterable[Claim] | Iterable[Piece]) -> int:
    """Return how many milliseconds claims or pieces last together."""
    return sum(claim[1] - claim[0] for claim in claims)


def cut(claims: Iterable[Claim], length: int) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    """Return (the first length ms of claims, the rest), in their order."""
    first: list[Claim] = []
    rest: list[Claim] = []
    for claim in claims:
        middle = claim.media_from + min(claim.lasts, max(length, 0))
        if claim.media_from < middle:
            first.append(claim._replace(media_to=middle))
        if middle < claim.media_to:
            rest.append(claim._replace(media_from=middle))
        length -= middle - claim.media_from
    return tuple(first), tuple(rest)


def joined(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return claims with those that continue one another made one."""
    whole: list[Claim] = []
    for claim in claims:
        if whole and whole[-1].media_to == claim.media_from and whole[-1].visible == claim.visible:
            whole[-1] = whole[-1]._replace(media_to=claim.media_to)
        else:
            whole.append(claim)
    return tuple(whole)


def paired(claims: Iterable[Claim], server: Spans) -> Iterator[tuple[Piece, bool]]:
    """Yield each claimed stretch with the server time that pays for it, and whether it was visible.

    Both sides last equally long; the first claimed is paid by the oldest span.
    """
    spans = iter(server)
    start, end = next(spans, (0, 0))
    for claim in claims:
        media = claim.media_from
        while media < claim.media_to:
            if start == end:
                start, end = next(spans)
            length = min(end - start, claim.media_to - media)
            yield Piece(media, media + length, start), claim.visible
            media += length
            start += length


def media_of(pieces: Iterable[Piece]) -> Spans:
    """Return the media that pieces cover."""
    return union((), (piece.media for piece in pieces))


def server_of(pieces: Iterable[Piece]) -> Spans:
    """Return the server time that pieces took."""
    return union((), (piece.server for piece in pieces))


def media_shared(pieces: Iterable[Piece], with_one: Piece) -> Iterator[Span]:
    """Yield the media that pieces have in common with one more, in any order."""
    start, end, _ = with_one
    for left, right, _ in pieces:
        if left < end and start < right:
            yield max(left, start), min(right, end)


def outside(piece: Piece, taken: Spans) -> Pieces:
    """Return the parts of piece whose media is not in taken."""
    return tuple(piece.of_media(span) for span in missing(taken, piece.media))


def split_by_server(piece: Piece, spans: Spans) -> tuple[Pieces, Pieces]:
    """Return the parts of piece watched (inside, outside) of server spans."""
    inside = tuple(piece.of_server(span) for span in common(spans, piece.server))
    beyond = tuple(piece.of_server(span) for span in missing(spans, piece.server))
    return inside, beyond


def with_piece(pieces: Pieces, piece: Piece) -> Pieces:
    """Return pieces and one more, in the order of server time, joined where both times go on."""
    if pieces and pieces[-1].server_from > piece.server_from:
        return _rejoined(sorted((*pieces, piece), key=lambda each: each.server_from))
    return _rejoined((*pieces[-1:], piece), before=pieces[:-1])


def _rejoined(pieces: Iterable[Piece], before: Pieces = ()) -> Pieces:
    whole = list(before)
    for piece in pieces:
        last = whole[-1] if whole else None
        if last and last.media_to == piece.media_from and last.server_to == piece.server_from:
            whole[-1] = Piece(last.media_from, piece.media_to, last.server_from)
        else:
            whole.append(piece)
    return tuple(whole)
