"""Values of the enumerated fields of Documents."""

from enum import StrEnum


class ImgType(StrEnum):
    DOCUMENT = "Document"
    RADIOGRAPH = "Radiograph"
    PHOTO = "Photo"
    FILE = "File"
    ATTACHMENT = "Attachment"
