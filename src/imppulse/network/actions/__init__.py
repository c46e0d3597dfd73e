"""What may be done with the records of the network: one file per group of records."""

from imppulse.network.actions.forces import create_force
from imppulse.network.actions.people import (
    accept,
    end_role,
    invitation_of,
    invite,
    withdraw_invitation,
)
from imppulse.network.actions.series import (
    add_break,
    add_incident,
    create_series,
    delete_series,
    record_values,
    remove_break,
    remove_incident,
)
from imppulse.network.actions.territories import (
    change_territory,
    create_territory,
    delete_territory,
)

__all__ = [
    "accept",
    "add_break",
    "add_incident",
    "change_territory",
    "create_force",
    "create_series",
    "create_territory",
    "delete_series",
    "delete_territory",
    "end_role",
    "invitation_of",
    "invite",
    "record_values",
    "remove_break",
    "remove_incident",
    "withdraw_invitation",
]
