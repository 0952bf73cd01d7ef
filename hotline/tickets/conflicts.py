"""Whether an organization is named in what was said against somebody. Pure."""

from hotline.organizations.models import Organization

# Shorter aliases ("物业") are words of every day and name nobody in particular.
_SHORTEST = 4


def names_organization(said: str, organization: Organization) -> bool:
    """By its full name always; by its short name or an alias when that is distinctive."""
    others = (organization.short_name, *map(str, organization.aliases))
    known = [organization.name, *(other for other in others if len(other) >= _SHORTEST)]
    return any(name and name in said for name in known)
