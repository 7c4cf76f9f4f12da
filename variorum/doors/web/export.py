"""The apparatus of two copies or more as a download, in the forms scholars' tools read."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from variorum.doors.web.desk import Desk
from variorum.doors.web.security import ORIGINAL_POLICY
from variorum.library import FORMS

__all__ = ["LABELS", "apparatus"]

#: What the forms are called on a page.
LABELS = (("tei", "TEI"), ("tei-spine", "TEI, stand-off"), ("collatex", "JSON table"), ("csv", "CSV"), ("html", "HTML"))


def apparatus(desk: Desk, request: Request) -> Response:
    """``/works/ID/apparatus?base=A&with=B&to=tei``; every copy where none is named."""
    work = desk.work(request)
    gate = desk.gate(request, work)
    if gate is not None:
        return gate
    query = request.query_params
    form = FORMS.get(query.get("to", ""))
    if form is None:
        raise HTTPException(404, f"An apparatus cannot be had as that; there are {', '.join(FORMS)}.")
    base = desk.copy(work, query.get("base"))
    named = [desk.copy(work, key) for key in query.getlist("with")] or work.witnesses
    others = [copy for n, copy in enumerate(named) if copy.siglum != base.siglum and copy not in named[:n]]
    if not others:
        raise HTTPException(404, "An apparatus needs two copies.")
    data = desk.library.export(work, desk.comparisons.get(work, base, others).comparison, query["to"])
    name = f"apparatus-{base.siglum}-{'-'.join(other.siglum for other in others[:8])}{form.ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": ORIGINAL_POLICY}
    return Response(data, media_type=form.media_type, headers=headers)
