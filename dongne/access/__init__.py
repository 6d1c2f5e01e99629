"""Roles of the city's offices: typed client of `CityAccess`, announcing and carrying out."""

from dongne.access.city_access import CityAccess, Holder, Membership, Operation, is_restricted

__all__ = ["CityAccess", "Holder", "Membership", "Operation", "is_restricted"]
