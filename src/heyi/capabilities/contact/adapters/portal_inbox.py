"""The borrower's inbox on the portal: the message itself is what they read, so taking it is delivering it."""

from __future__ import annotations

from heyi.capabilities.contact.leave import Leave
from heyi.capabilities.contact.ports import Parcel, Receipt


class PortalInbox:
    """Nothing leaves the house."""

    def carry(self, parcel: Parcel, *, leave: Leave) -> Receipt:
        leave.spend(parcel.key)
        return Receipt(provider_id=parcel.key, arrived=True)
