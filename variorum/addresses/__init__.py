"""Addresses: every site's forms of an address -> one id, and addresses found in prose.

`identify` never raises and never asks the network; what it does not know is a page of an unknown site,
what is no web address at all is None. The sites are data: see `SITES`.
"""

from __future__ import annotations

from variorum.addresses.identify import identify, site_named
from variorum.addresses.prose import find_urls
from variorum.addresses.sites import SITES
from variorum.addresses.values import Address, Form, Site, describe

__all__ = ["SITES", "Address", "Form", "Site", "describe", "find_urls", "identify", "site_named"]
