"""Values of the enumerated fields of Guardians."""

from enum import StrEnum


class Relationship(StrEnum):
    MOTHER = "Mother"
    STEPFATHER = "Stepfather"
    STEPMOTHER = "Stepmother"
    GRANDFATHER = "Grandfather"
    GRANDMOTHER = "Grandmother"
    FATHER = "Father"
    BROTHER = "Brother"
    CARE_GIVER = "CareGiver"
    FOSTER_CHILD = "FosterChild"
    GUARDIAN = "Guardian"
    GRANDPARENT = "Grandparent"
    OTHER = "Other"
    PARENT = "Parent"
    STEPCHILD = "Stepchild"
    SELF = "Self"
    SIBLING = "Sibling"
    SISTER = "Sister"
    SPOUSE = "Spouse"
    CHILD = "Child"
    LIFE_PARTNER = "LifePartner"
    FRIEND = "Friend"
    GRANDCHILD = "Grandchild"
    SITTER = "Sitter"
